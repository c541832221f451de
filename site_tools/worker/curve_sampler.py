"""Looks at expressions while a program trains: what a learning curve is drawn from.

Part of a trial's process. A look puts back the random generators and counts no update; whether it
left everything else as it was shows at the end, where the program must give the same number as
unobserved. Looks are few, and end when they take too long: no run waits for a picture.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from site_tools.worker.code_locations import cell_of
from site_tools.worker.metrics import NOTHING, TooLong, evaluate
from site_tools.worker.update_switch import NEVER

SPACES = 24
"""Looks are taken at the ends of this many equal spaces, and of as many on a log scale."""

SHARE = 0.5
"""The part of a program's own time that looking at it may take."""

LEAST_SECONDS = 2.0
"""What looking may take in any case. These are seconds of the processor, which hardly depend on
what else it does, so that a curve has the same points each time."""

PATIENCE = 5
"""A look is ended after this many times as many seconds on the clock; and looking at the line below
a curve may take this many times as long as looking at the curve."""

FURTHER = 1.01
"""How many times the updates of the last look there must be for a look at the end of a loop."""

THINNEST = 4
"""How many times fewer looks are taken of what takes long, before none are taken at all."""

TRAINS = "trains the network, so it changes what it measures"
"""What is wrong with an expression during which updates happen."""

NOT_THERE = "is not there while the network trains"
"""What is wrong with an expression that was never asked."""

TOO_LONG = "takes too long to be looked at during training"
"""What is wrong with an expression for which the run would have to wait."""


def positions(most: int) -> list[int]:
    """Return after how many of a program's updates to look: often at the start, then everywhere."""
    even = {round(i * most / SPACES) for i in range(SPACES + 1)}
    dense = {round(most ** (i / SPACES)) for i in range(SPACES + 1)}
    return sorted(even | dense)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look at, and how often."""

    expressions: Sequence[str]
    metrics: Collection[str]
    """Those of them that see the program's own names only, and no function's."""
    sites: Collection[Hashable]
    """The updates that count; none for all."""
    most: int
    """How often the one of them runs that runs most often."""
    seconds: float
    """How long the program takes when nobody looks."""
    taken: Mapping[str, Mapping[tuple[int, int], Sequence[int]]] | None = None
    """For the line below a curve: after how many updates the curve was looked at, for each
    expression in each place. Then it is looked at there, as often, however long a look takes."""


@dataclass
class _Stretch:
    """A part of the program in which it trains, as one expression has seen it."""

    place: tuple[int, int]
    due: Iterator[int]
    """After how many updates of one site to look."""
    next: int = 0
    counts: dict[Hashable, int] = field(default_factory=dict)
    """How often each site updated."""
    depth: int = 0
    """How many loops began in it and go on."""
    updates: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    @property
    def rest(self) -> float:
        """Return how many times the updates of the last look there were in all, or 0."""
        return max(self.counts.values()) / max(self.updates[-1], 1) if self.values else 0

    def went_on(self, done: int) -> None:
        """Find the next time to look."""
        self.next = next((number for number in self.due if number > done), NEVER)

    def note(self, done: int, value: float) -> None:
        """Keep what was seen."""
        self.updates.append(done)
        self.values.append(value)


class _Probe:
    """One expression, and all that it gave."""

    def __init__(self, expression: str, plan: Plan) -> None:
        self.expression = expression
        self.inside = expression not in plan.metrics
        """Whether the expression may use names of functions that train."""
        self.due: Sequence[int] = positions(plan.most)
        """After how many updates to look, unless another run tells."""
        self.taken = None if plan.taken is None else plan.taken.get(expression, {})
        self.seconds = max(LEAST_SECONDS, SHARE * plan.seconds) / len(plan.expressions)
        """What looking at it may still take, so that a slow one takes nothing from the others."""
        if self.taken is not None:
            self.seconds *= PATIENCE
        self.stretches: list[_Stretch] = []
        self.fault = NOT_THERE
        """Why it gave no number the last time."""
        self.elsewhere = False
        """Whether that was None: this part of the training is not what it is about."""
        self.checked = False
        """Whether it is known to change nothing, and how long it takes."""

    @property
    def stretch(self) -> _Stretch:
        """Return the stretch that goes on."""
        return self.stretches[-1]

    def begin(self, place: tuple[int, int]) -> None:
        """Begin a stretch, in place of one in which nothing was seen."""
        if self.stretches and not self.stretch.values:
            self.stretches.pop()
        due = self.due if self.taken is None else self.taken.get(place, ())
        self.stretches.append(_Stretch(place, iter(due)))
        self.elsewhere = False

    def seen(self) -> list[dict[str, Any]] | str:
        """Return what was seen, or why there is nothing."""
        full = [stretch for stretch in self.stretches if stretch.values]
        return [
            {"place": one.place, "updates": one.updates, "values": one.values} for one in full
        ] or self.fault


class Looks:
    """What is seen of a program while it runs."""

    def __init__(self, plan: Plan, namespace: dict[str, Any]) -> None:
        self.plan, self.namespace = plan, namespace
        self.probes = [_Probe(expression, plan) for expression in plan.expressions]
        self.active = [probe for probe in self.probes if probe.taken is None or probe.taken]
        self._statement = 0
        self._looking = self._trained = False

    def seen(self) -> dict[str, list[dict[str, Any]] | str]:
        """Return for each expression what was seen, or why there is nothing."""
        return {probe.expression: probe.seen() for probe in self.probes}

    def begin(self) -> None:
        """Take note of a top-level statement that begins."""
        self._statement += 1
        for probe in self.active:
            probe.begin((self._statement, 0))

    def end(self) -> None:
        """Look at what a top-level statement that trained left behind."""
        for probe in self.active:
            if probe.stretch.rest > 1:
                self._look(probe, max(probe.stretch.counts.values()))

    def enter(self) -> None:
        """Take note of a loop that begins: perhaps the one that an expression waits for."""
        for probe in [] if self._looking else self.active:
            if probe.elsewhere:
                statement, before = probe.stretch.place
                probe.begin((statement, before + 1))
            probe.stretch.depth += 1

    def leave(self) -> None:
        """Look at the end of a loop: if it stands in a function, what it trained may go soon."""
        for probe in [] if self._looking else self.active:
            probe.stretch.depth -= 1
            if probe.stretch.depth == 0 and probe.stretch.rest > FURTHER:
                self._look(probe, max(probe.stretch.counts.values()))

    def update(self, site: Hashable) -> None:
        """Look, if it is time, at what the updates before this one have done."""
        if self._looking:
            self._trained = True
            return
        if self.plan.sites and site not in self.plan.sites:
            return
        for probe in self.active:
            stretch = probe.stretch
            done = stretch.counts.get(site, 0)
            stretch.counts[site] = done + 1
            if done >= stretch.next:
                self._look(probe, done)

    def _look(self, probe: _Probe, done: int) -> None:
        value = self._ask(probe)
        probe.stretch.went_on(done)
        if isinstance(value, str):
            probe.elsewhere = value == NOTHING
            if not probe.elsewhere or probe.fault == NOT_THERE:
                probe.fault = value  # that it is about another part is no reason while there is one
        else:
            probe.stretch.note(done, value)

    def _ask(self, probe: _Probe) -> float | str:
        """Return what an expression gives now, or why it gives no number."""
        scope = {**_function_names(), **self.namespace} if probe.inside else self.namespace
        began = time.process_time()
        self._looking, self._trained = True, False
        try:
            with _ending_after(PATIENCE * max(probe.seconds, 0.1)):
                value = evaluate(probe.expression, scope, check=False)
                if not probe.checked and not isinstance(value, str):
                    value = evaluate(probe.expression, scope)
                    self._pace(probe, scope)
        except TooLong:
            value = TOO_LONG
        finally:
            self._looking = False
            probe.seconds -= time.process_time() - began
        if probe.seconds < 0:
            value = TOO_LONG
        if self._trained:
            value = TRAINS
        if value == TOO_LONG:
            self._give_up(probe, probe.stretches[-1:])
        elif isinstance(value, str) and "changes what it measures" in value:
            self._give_up(probe, probe.stretches)
        return value

    def _pace(self, probe: _Probe, scope: dict[str, Any]) -> None:
        """Look less often at what takes long; raises TooLong when even that is too much."""
        probe.checked = True
        if probe.taken is not None:
            return
        began = time.process_time()
        evaluate(probe.expression, scope, check=False)
        took = (time.process_time() - began) * len(probe.due)
        thin = 1
        while took > thin * probe.seconds:
            thin *= 2
        if thin > THINNEST:
            raise TooLong
        probe.due = probe.due[::thin]
        probe.stretch.due = iter(probe.due)

    def _give_up(self, probe: _Probe, doubtful: Sequence[_Stretch]) -> None:
        """Look at an expression no more, and forget what it gave in these stretches."""
        self.active = [other for other in self.active if other is not probe]
        for stretch in doubtful:
            stretch.values.clear()


@contextmanager
def _ending_after(seconds: float) -> Iterator[None]:
    """Raise TooLong after some seconds, if this is the thread that hears signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong

    handler = signal.signal(signal.SIGALRM, end)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


def _function_names() -> dict[str, Any]:
    """Return the names of the post's functions that are running, the innermost first in rank."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001
    scopes = []
    while frame is not None:
        if cell_of(frame.f_code.co_filename) and frame.f_locals is not frame.f_globals:
            scopes.append(frame.f_locals)
        frame = frame.f_back
    return {name: value for scope in reversed(scopes) for name, value in scope.items()}
