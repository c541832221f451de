"""What a verdict consists of: the trials of a claim, the ruling, and what follows from them.

Values only: `judge` makes them, `stages` decides the ruling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from site_tools.evidence.learning_curve import Curve
from site_tools.evidence.statistics import Separation, at_least, quorum
from site_tools.model.claim import Claim, Condition
from site_tools.model.faults import MetricFault
from site_tools.model.post import Post
from site_tools.model.run import Failure, Run, Trace, Update

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
"""What was decided about a claim; `stages` has the condition of each.

unmeasured: the published run gives no number. missed: it misses the goal. baseline: the goal is
met without a network. unsound: the sham gives no number. changing: the sham gives another number,
or draws from a generator without a seed. no control: nothing could be switched off. refused: a
control meets the goal. too close: too few starts meet it, or the margin or the gap is too small.
broken control: a control gives no number, or suppressed nothing.
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of one run for one claim."""

    condition: Condition
    value: float | None
    """The metric; None when the run failed or the metric gives no number."""
    fault: Failure | MetricFault | None
    """Why there is no value; None when there is one."""
    passed: bool
    """Whether the goal is met."""
    trace: Trace

    @property
    def reason(self) -> str:
        """Return why there is no value, in words; empty when there is one."""
        if isinstance(self.fault, Failure):
            return self.fault.what
        return self.fault.text if self.fault else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The ruling on one claim, with the trials that it rests on."""

    claim: Claim
    ruling: Ruling
    published: Trial
    sham: Trial | None = None
    seeds: tuple[Trial, ...] = ()
    controls: tuple[Trial, ...] = ()
    """With learning off, then with permuted labels."""
    baseline: Trial | None = None
    separation: Separation | None = None
    """None without a trained or without an untrained value."""
    curve: Curve | str = ""
    """The learning curve, or why there is none; not part of the judgement."""

    @property
    def accepted(self) -> bool:
        """Return whether the claim may be published."""
        return self.ruling == "accepted"

    @property
    def passing(self) -> int:
        """Return how many seed trials meet the goal."""
        return sum(trial.passed for trial in self.seeds)

    @property
    def needed(self) -> int:
        """Return how many seed trials must meet the goal."""
        return quorum(len(self.seeds)) if self.claim.expect is None else self.claim.expect

    @property
    def at_least(self) -> float:
        """Return the share of starts that meet the goal, at least (exact binomial, 95 %)."""
        return at_least(self.passing, len(self.seeds))

    @property
    def deterministic(self) -> bool:
        """Return whether nothing random was drawn, so that all seed trials are the same run.

        Equal numbers alone do not show that: eight starts may all end at an accuracy of 1.
        """
        values = {trial.value for trial in self.seeds}
        alike = len(values) == 1 and values != {None}
        return alike and self.sham is not None and not self.sham.trace.draws

    @property
    def off(self) -> tuple[Trial, ...]:
        """Return the controls with learning off."""
        return tuple(t for t in self.controls if t.condition.kind == "control")

    @property
    def shuffled(self) -> tuple[Trial, ...]:
        """Return the controls with permuted labels."""
        return tuple(t for t in self.controls if t.condition.kind == "shuffle")

    @property
    def switched_off(self) -> tuple[Update, ...]:
        """Return the updates that the controls suppressed, in the order of the program."""
        known = {_place(u) for u in self.sham.trace.learning} if self.sham else set()
        updates = [update for trial in self.off for update in trial.trace.updates]
        suppressed = {_place(u): u for u in reversed(updates) if u.count and _place(u) in known}
        return tuple(sorted(suppressed.values(), key=lambda update: (update.cell, update.line)))

    def suppresses(self, trial: Trial) -> bool:
        """Return whether a control suppressed any update that is learning."""
        places = set(map(_place, self.switched_off))
        return any(_place(update) in places for update in trial.trace.updates if update.count)


def _place(update: Update) -> tuple[str, int, int]:
    return update.how, update.cell, update.line


@dataclass(frozen=True, slots=True)
class Evidence:
    """The verdicts on all claims of a post."""

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
