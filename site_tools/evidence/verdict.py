"""Runs → a verdict for each claim. Pure: values in, values out; no word that a person reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from site_tools.evidence.baseline import baseline_of
from site_tools.evidence.learning_curve import Curve, curve_of
from site_tools.evidence.statistics import Separation, at_least, quorum, same, separation
from site_tools.model.claim import PUBLISHED, Claim, Condition, Kind
from site_tools.model.goals import holds
from site_tools.model.post import Post
from site_tools.model.run import Run, Trace, Update

Ruling = Literal[
    "accepted",
    "unmeasured",
    "missed",
    "baseline",
    "unsound",
    "changing",
    "no control",
    "broken control",
    "refused",
    "too close",
]
"""How a claim fared.

unmeasured: the published run gives no number. missed: it misses the goal. baseline: the goal is
met without a network. unsound: the sham did not end. changing: the sham gives another number.
no control: nothing could be switched off. refused: a control reached the goal. too close: too
few starts reach it, or it leaves too little room. broken control: a control gave no number, or
suppressed nothing.
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of the experiment as far as one claim is concerned."""

    condition: Condition
    value: float | None
    """The metric; None when there is none."""
    fault: str
    """Why there is none; empty when there is one."""
    passed: bool
    """Whether the goal is met."""
    trace: Trace
    place: tuple[int, int] | None = None
    """The cell and line where a run failed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one claim fared."""

    claim: Claim
    ruling: Ruling
    published: Trial
    sham: Trial | None = None
    seeds: tuple[Trial, ...] = ()
    controls: tuple[Trial, ...] = ()
    """With learning off, then with shuffled answers."""
    baseline: Trial | None = None
    separation: Separation | None = None
    """None when there is nothing to separate."""
    curve: Curve | str = ""
    """How the network learned, or why that cannot be shown; no part of the judgement."""

    @property
    def accepted(self) -> bool:
        """Return whether the claim may be published."""
        return self.ruling == "accepted"

    @property
    def passing(self) -> int:
        """Return how many seed trials reach the goal."""
        return sum(trial.passed for trial in self.seeds)

    @property
    def needed(self) -> int:
        """Return how many seed trials must reach the goal."""
        return quorum(len(self.seeds)) if self.claim.expect is None else self.claim.expect

    @property
    def at_least(self) -> float:
        """Return the share of starts that reach the goal, at least (exact binomial, 95 %)."""
        return at_least(self.passing, len(self.seeds))

    @property
    def deterministic(self) -> bool:
        """Return whether all seed trials agree exactly."""
        values = {trial.value for trial in self.seeds}
        return len(values) == 1 and values != {None}

    @property
    def off(self) -> tuple[Trial, ...]:
        """Return the controls with learning off."""
        return tuple(t for t in self.controls if t.condition.kind == "control")

    @property
    def shuffled(self) -> tuple[Trial, ...]:
        """Return the controls with shuffled answers."""
        return tuple(t for t in self.controls if t.condition.kind == "shuffle")

    @property
    def struck(self) -> tuple[Update, ...]:
        """Return the updates that the controls took away, in the order of the program."""
        known = {_place(u) for u in self.sham.trace.learning} if self.sham else set()
        updates = [update for trial in self.off for update in trial.trace.updates]
        taken = {_place(u): u for u in reversed(updates) if u.count and _place(u) in known}
        return tuple(sorted(taken.values(), key=lambda update: (update.cell, update.line)))

    def suppressed(self, trial: Trial) -> bool:
        """Return whether a control took any learning away."""
        struck = set(map(_place, self.struck))
        return any(_place(update) in struck for update in trial.trace.updates if update.count)


def _place(update: Update) -> tuple[str, int, int]:
    return update.how, update.cell, update.line


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the runs of a post show."""

    verdicts: tuple[Verdict, ...]

    @property
    def conditions(self) -> frozenset[Condition]:
        """Return the conditions of all runs that judge the published one."""
        trials = [t for v in self.verdicts for t in (v.sham, *v.seeds, *v.controls)]
        return frozenset(trial.condition for trial in trials if trial)


@dataclass(frozen=True, slots=True)
class JudgedPost:
    """A post whose published run ended, with that run and what its experiment shows."""

    post: Post
    run: Run
    """The published run."""
    evidence: Evidence


def judge(post: Post, runs: Mapping[Condition, Run]) -> Evidence:
    """Return the verdict on each of the post's claims; the published run must be there."""
    cells = post.sources
    return Evidence(tuple(_judge(claim, cells, runs) for claim in post.claims))


def _judge(claim: Claim, cells: Sequence[str], runs: Mapping[Condition, Run]) -> Verdict:
    known = [
        _trial(claim, claim.metric, condition, runs[condition])
        for condition in claim.conditions
        if condition in runs
    ]

    def trials(*kinds: Kind) -> tuple[Trial, ...]:
        return tuple(trial for trial in known if trial.condition.kind in kinds)

    verdict = Verdict(
        claim,
        "accepted",
        published=known[0],
        sham=next(iter(trials("sham")), None),
        seeds=trials("seed"),
        controls=trials("control", "shuffle"),
        baseline=_baseline(claim, cells, runs[PUBLISHED]),
    )
    separated = _separate(verdict)
    ruling = _untestable(verdict) or _tested(verdict, separated)
    return replace(verdict, ruling=ruling, separation=separated, curve=curve_of(claim, runs))


def _baseline(claim: Claim, cells: Sequence[str], published: Run) -> Trial | None:
    """Return what can be had without a network, by the author or by the majority class."""
    expression = baseline_of(claim, cells)
    trial = _trial(claim, expression, PUBLISHED, published) if expression else None
    return trial if trial and (claim.baseline or trial.value is not None) else None


def _trial(claim: Claim, expression: str, condition: Condition, run: Run) -> Trial:
    value = run.values.get(expression, "")
    failure = run.failure
    measured = None if isinstance(value, str) else value
    return Trial(
        condition,
        value=measured,
        fault=failure.what if failure else value if isinstance(value, str) else "",
        passed=measured is not None and holds(claim.goal, measured),
        trace=run.trace,
        place=(failure.cell, failure.line) if failure and failure.cell else None,
    )


def _separate(verdict: Verdict) -> Separation | None:
    trained = [t.value for t in verdict.seeds if t.value is not None and t.passed]
    untrained = [t.value for t in verdict.controls if t.value is not None]
    return separation(verdict.claim.goal, trained, untrained) if trained and untrained else None


def _untestable(verdict: Verdict) -> Ruling | None:
    """Return why no seed trial and no control was needed, or None."""
    published, sham, baseline = verdict.published, verdict.sham, verdict.baseline
    rulings: list[tuple[Ruling, bool]] = [
        ("unmeasured", published.value is None),
        ("missed", not published.passed),
        ("baseline", baseline is not None and (baseline.value is None or baseline.passed)),
        ("unsound", sham is None or sham.value is None),
        ("changing", sham is not None and not same(sham.value, published.value)),
        ("no control", sham is None or not sham.trace.learning),
    ]
    return next((ruling for ruling, applies in rulings if applies), None)


def _tested(verdict: Verdict, separated: Separation | None) -> Ruling:
    if any(trial.passed for trial in verdict.controls):
        return "refused"
    if verdict.passing < verdict.needed:
        return "too close"
    if not verdict.off or any(trial.value is None for trial in verdict.controls):
        return "broken control"
    if not all(map(verdict.suppressed, verdict.off)):
        return "broken control"
    if separated is None or not separated.wide:
        return "too close"
    return "accepted"
