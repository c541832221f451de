"""Sample expressions while a program trains; a learning curve is drawn from the samples.

Runs in a trial's process. Taking a sample restores the random generators and counts no update.
Whether it changed anything else is checked at the end of the run: the metric must be the same as
in the published run. Samples are few and have a time budget, so that a curve delays no run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import FrameType
from typing import Any

from site_tools.model.faults import MetricFault
from site_tools.worker.code_locations import cell_of
from site_tools.worker.metrics import TooLong, evaluate
from site_tools.worker.time_limit import time_limit
from site_tools.worker.update_switch import NEVER

INTERVALS = 24
"""Samples are taken at the ends of this many equal intervals, and of as many on a log scale:
learning is fast at the start, and a curve of about 50 points is smooth at its printed size."""

TIME_SHARE = 0.5
"""The part of a program's own time that sampling may take."""

MIN_SECONDS = 2.0
"""The time that sampling may take in any case. It is CPU time, which hardly depends on what else
the machine does, so that a curve has the same points in each build."""

SLACK = 5
"""How far above its budget a sample is stopped: after this many times as many seconds of wall time.
The ablated run, which must have the curve's points, has this many times the curve's budget."""

MIN_GROWTH = 1.01
"""The end of a loop is sampled when the updates have grown by this factor since the last sample, so
that no two points of a curve coincide."""

MAX_THINNING = 4
"""A slow expression is sampled 2 or 4 times less often; if that is not enough, not at all."""

TRAINS = MetricFault("trains", "trains the network, so it changes what it measures")
"""For an expression whose evaluation runs updates."""

ABSENT = MetricFault("absent", "is not evaluated while the network trains")
"""For an expression that was never evaluated."""

SLOW = MetricFault("slow", "takes too long to be sampled during training")
"""For an expression that exceeds its time budget."""


def positions(most: int) -> list[int]:
    """Return the update counts at which to sample: dense at the start, then evenly spread."""
    even = {round(i * most / INTERVALS) for i in range(INTERVALS + 1)}
    dense = {round(most ** (i / INTERVALS)) for i in range(INTERVALS + 1)}
    return sorted(even | dense)


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """Which expressions to sample, and when."""

    expressions: Sequence[str]
    metrics: Collection[str]
    """Those that are evaluated in the global namespace only, without the locals of functions."""
    sites: Collection[Hashable]
    """The updates to count; empty for all."""
    most: int
    """How often the most frequent of them runs."""
    seconds: float
    """How long the program takes without sampling."""
    sampled_at: Mapping[str, Mapping[tuple[int, int], Sequence[int]]] | None = None
    """For the ablated run: the update counts at which the curve was sampled, for each expression
    and place. The ablated run is sampled exactly there, even if a sample takes longer."""


@dataclass
class _OpenSegment:
    """A part of the program in which it trains, as sampled for one expression."""

    place: tuple[int, int]
    due: Iterator[int]
    """The update counts at which to sample."""
    next: int = 0
    counts: dict[Hashable, int] = field(default_factory=dict)
    """How often each site was updated."""
    depth: int = 0
    """How many loops began in it and still run."""
    updates: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return how often the most frequent site was updated."""
        return max(self.counts.values())

    @property
    def growth(self) -> float:
        """Return by which factor the updates have grown since the last sample; 0 without one."""
        return self.count / max(self.updates[-1], 1) if self.values else 0

    def advance(self, done: int) -> None:
        """Find the update count of the next sample."""
        self.next = next((number for number in self.due if number > done), NEVER)

    def add(self, done: int, value: float) -> None:
        """Keep a sample."""
        self.updates.append(done)
        self.values.append(value)


class _Series:
    """All samples of one expression."""

    def __init__(self, expression: str, plan: SamplingPlan) -> None:
        self.expression = expression
        self.uses_locals = expression not in plan.metrics
        """Whether the expression may use local names of the functions that train."""
        self.due: Sequence[int] = positions(plan.most)
        """The update counts at which to sample, unless the curve's run gives them."""
        self.sampled_at = None if plan.sampled_at is None else plan.sampled_at.get(expression, {})
        self.seconds = max(MIN_SECONDS, TIME_SHARE * plan.seconds) / len(plan.expressions)
        """The rest of its time budget: equal parts, so that a slow one stops no other."""
        if self.sampled_at is not None:
            self.seconds *= SLACK
        self.segments: list[_OpenSegment] = []
        self.fault = ABSENT
        """Why it gave no number the last time."""
        self.elsewhere = False
        """Whether it gave None: the expression is about another part of the training."""
        self.checked = False
        """Whether its side effects and its duration have been checked."""

    @property
    def segment(self) -> _OpenSegment:
        """Return the current segment."""
        return self.segments[-1]

    def begin(self, place: tuple[int, int]) -> None:
        """Begin a segment; it replaces the last one if that has no samples."""
        if self.segments and not self.segment.values:
            self.segments.pop()
        due = self.due if self.sampled_at is None else self.sampled_at.get(place, ())
        self.segments.append(_OpenSegment(place, iter(due)))
        self.elsewhere = False

    def result(self) -> list[dict[str, Any]] | dict[str, str]:
        """Return the segments with samples, or why there is none, ready for JSON."""
        sampled = [segment for segment in self.segments if segment.values]
        return [
            {"place": one.place, "updates": one.updates, "values": one.values} for one in sampled
        ] or asdict(self.fault)


class CurveSampler:
    """Samples expressions while a program runs; called at its statements, loops and updates."""

    def __init__(self, plan: SamplingPlan, namespace: dict[str, Any]) -> None:
        self.plan, self.namespace = plan, namespace
        self.series = [_Series(expression, plan) for expression in plan.expressions]
        self.active = [one for one in self.series if one.sampled_at is None or one.sampled_at]
        self._statement = 0
        self._sampling = self._trained = False

    def results(self) -> dict[str, list[dict[str, Any]] | dict[str, str]]:
        """Return for each expression its segments, or the fault, ready for JSON."""
        return {one.expression: one.result() for one in self.series}

    def begin(self) -> None:
        """Begin a segment at each top-level statement."""
        self._statement += 1
        for series in self.active:
            series.begin((self._statement, 0))

    def end(self) -> None:
        """Sample the result of a top-level statement that trained."""
        for series in self.active:
            if series.segment.growth > 1:
                self._sample(series, series.segment.count)

    def enter(self) -> None:
        """Begin a segment at a loop, if the expression gave None in the last one."""
        for series in [] if self._sampling else self.active:
            if series.elsewhere:
                statement, before = series.segment.place
                series.begin((statement, before + 1))
            series.segment.depth += 1

    def leave(self) -> None:
        """Sample at the end of a loop: in a function, its names are gone when it returns."""
        for series in [] if self._sampling else self.active:
            series.segment.depth -= 1
            if series.segment.depth == 0 and series.segment.growth > MIN_GROWTH:
                self._sample(series, series.segment.count)

    def update(self, site: Hashable) -> None:
        """Count an update that is about to run; sample the result of those before it, if due."""
        if self._sampling:
            is_round = isinstance(site, tuple) and site[0] == "loop"  # of an episode, say
            self._trained = self._trained or not is_round
            return
        if self.plan.sites and site not in self.plan.sites:
            return
        for series in self.active:
            segment = series.segment
            done = segment.counts.get(site, 0)
            segment.counts[site] = done + 1
            if done >= segment.next:
                self._sample(series, done)

    def _sample(self, series: _Series, done: int) -> None:
        value = self._evaluate(series)
        series.segment.advance(done)
        if not isinstance(value, MetricFault):
            series.segment.add(done, value)
            return
        series.elsewhere = value.kind == "none"
        if not series.elsewhere or series.fault.kind == "absent":
            series.fault = value  # None is reported only when there is no other fault

    def _evaluate(self, series: _Series) -> float | MetricFault:
        """Return what an expression gives now, or why it gives no number."""
        scope = {**_local_names(), **self.namespace} if series.uses_locals else self.namespace
        began = time.process_time()
        self._sampling, self._trained = True, False
        try:
            with time_limit(SLACK * max(series.seconds, 0.1)):
                value = evaluate(series.expression, scope, check=False)
                if not series.checked and not isinstance(value, MetricFault):
                    value = evaluate(series.expression, scope)
                    self._thin_out(series, scope)
        except TooLong:
            value = SLOW
        finally:
            self._sampling = False
            series.seconds -= time.process_time() - began
        if series.seconds < 0:
            value = SLOW
        if self._trained:
            value = TRAINS
        if isinstance(value, MetricFault):
            if value.kind == "slow":
                self._stop(series, series.segments[-1:])
            elif value.changes_the_program:
                self._stop(series, series.segments)
        return value

    def _thin_out(self, series: _Series, scope: dict[str, Any]) -> None:
        """Sample a slow expression less often; raises TooLong when even that is too slow."""
        series.checked = True
        if series.sampled_at is not None:
            return
        began = time.process_time()
        evaluate(series.expression, scope, check=False)
        needed = (time.process_time() - began) * len(series.due)
        step = 1
        while needed > step * series.seconds:
            step *= 2
        if step > MAX_THINNING:
            raise TooLong
        series.due = series.due[::step]
        series.segment.due = iter(series.due)

    def _stop(self, series: _Series, doubtful: Sequence[_OpenSegment]) -> None:
        """Stop sampling an expression, and drop its samples in these segments."""
        self.active = [other for other in self.active if other is not series]
        for segment in doubtful:
            segment.values.clear()


def _local_names() -> dict[str, Any]:
    """Return the local names of the post's functions on the stack; inner functions win."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001
    scopes = []
    while frame is not None:
        if cell_of(frame.f_code.co_filename) and frame.f_locals is not frame.f_globals:
            scopes.append(frame.f_locals)
        frame = frame.f_back
    return {name: value for scope in reversed(scopes) for name, value in scope.items()}
