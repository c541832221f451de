"""What a verdict consists of: the trials of a claim, the ruling, and what follows from them.

Values only: `judge` makes them, `stages` decides the ruling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from site_tools.evidence.baseline import UNKNOWN, Baseline, OtherData
from site_tools.evidence.learning_curve import Curve
from site_tools.evidence.proofs import Proof
from site_tools.evidence.statistics import Separation, at_least, quorum
from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.model.claim import Claim, Condition
from site_tools.model.faults import MetricFault
from site_tools.model.post import Post
from site_tools.model.run import Failure, Run, Trace, Update

Ruling = Literal[
    "accepted",
    "unmeasured",
    "missed",
    "baseline",
    "no input",
    "no baseline",
    "unsound",
    "changing",
    "no control",
    "broken control",
    "refused",
    "unlisted",
    "indifferent",
    "any data",
    "data",
    "any way",
    "too close",
]
"""What was decided about a claim; `stages` has the condition of each.

unmeasured: the published run gives no number. missed: it misses the goal. baseline: the goal is
met without a network. no input: the goal is met whatever the inputs are. no baseline: nothing says
what can be had without one. unsound: the sham gives no number. changing: the sham gives another
number, or draws from a generator without a seed. no control: nothing could be switched off.
refused: a control meets the goal. unlisted: in a control, something that the claim does not list
went on to learn. indifferent: with mixed data, the same is learned. any data: the goal is met from
mixed data and on other data. data: when what the claim lists starts elsewhere, nothing is learned.
any way: the goal is met as well when the updates go another way. too close: too few starts meet
it, or the margin or the gap is too small. broken control: a control gives no number, or suppressed
nothing.
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
    device: str = "cpu"
    """What the run was made on."""

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
    briefs: tuple[Trial, ...] = ()
    """The controls that train for one round, from the author's start and those of the others."""
    blind: Trial | None = None
    """The control with mixed data, from the author's start; only if the brief one differs."""
    brief_blind: Trial | None = None
    """The same, which trains for one round."""
    mixed: Trial | None = None
    """The run with mixed data; it judges what was learned, not the number."""
    remixed: tuple[Trial, ...] = ()
    """The runs with data that are mixed in other ways, from the starts of the controls; only if the
    goal is met in the first, and on other data."""
    restarts: tuple[Trial, ...] = ()
    """The runs in which what learns starts elsewhere; only if it may be data."""
    reversed: Trial | None = None
    """The run in which every update goes in the opposite direction."""
    scattered: tuple[Trial, ...] = ()
    """The runs in which each number goes either way, from the starts of the controls; only if the
    goal is met in the other."""
    same_start: Trial | None = None
    """The author's own start with learning off: what the program must end at as plain source."""
    short: Trial | None = None
    """The sham of the short program, if the trials execute that."""
    baselines: tuple[Baseline, ...] = ()
    """What can be had without a network, the strongest first."""
    baseline_fault: MetricFault | None = None
    """Why the author's own baseline gives no number."""
    needs_baseline: bool = False
    """Whether the post must have a baseline or permuted labels, and has neither."""
    unmeasured: MetricFault | None = None
    """What kept simple answers from being tried; None if none were found to replace."""
    elsewhere: OtherData = UNKNOWN
    """What the published run has measured on other data."""
    separation: Separation | None = None
    """None without a trained or without an untrained value."""
    unlisted: tuple[Update, ...] = ()
    """What went on to learn in a control, because the claim does not list it."""
    proposed: Trial | None = None
    """The control of a list that the claim could name; only when it names none."""
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
    def baseline(self) -> Baseline | None:
        """Return the strongest result without a network."""
        return self.baselines[0] if self.baselines else None

    @property
    def guess(self) -> Baseline | None:
        """Return the strongest result that was measured by replacing the network's answers."""
        return next((baseline for baseline in self.baselines if baseline.measured), None)

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
    def ablated(self) -> tuple[Trial, ...]:
        """Return every run with learning off: the controls, and that of the author's own start."""
        return self.off if self.same_start is None else (*self.off, self.same_start)

    @property
    def shuffled(self) -> tuple[Trial, ...]:
        """Return the controls with permuted labels."""
        return tuple(t for t in self.controls if t.condition.kind == "shuffle")

    @property
    def compared(self) -> Trial | None:
        """Return the sham of the program that the other trials execute."""
        return self.short or self.sham

    @property
    def switched_off(self) -> tuple[Update, ...]:
        """Return the updates that the controls suppressed, in the order of the program."""
        known = {_place(u) for u in self.compared.trace.learning} if self.compared else set()
        updates = [update for trial in self.off for update in trial.trace.updates]
        suppressed = {_place(u): u for u in reversed(updates) if u.count and _place(u) in known}
        return tuple(sorted(suppressed.values(), key=lambda update: (update.cell, update.line)))

    @property
    def mixes(self) -> tuple[Trial, ...]:
        """Return all runs with mixed data."""
        return (*filter(None, [self.mixed]), *self.remixed)

    @property
    def further(self) -> tuple[Trial | None, ...]:
        """Return the runs that depend on the program."""
        return (
            *self.briefs,
            self.blind,
            self.brief_blind,
            self.mixed,
            *self.remixed,
            *self.restarts,
            self.reversed,
            *self.scattered,
        )

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
        trials = [
            trial
            for v in self.verdicts
            for trial in (v.sham, v.short, v.same_start, *v.further, *v.seeds, *v.controls)
        ]
        return frozenset(trial.condition for trial in trials if trial)

    @property
    def curves(self) -> frozenset[Condition]:
        """Return the conditions of the runs whose learning curves are shown; they judge nothing."""
        sampled = [(v.claim, v.curve) for v in self.verdicts if isinstance(v.curve, Curve)]
        trained = [claim.condition("curve") for claim, _ in sampled]
        return frozenset([*trained, *(c.condition("flat") for c, one in sampled if one.off.values)])


@dataclass(frozen=True, slots=True)
class OnOtherDevice:
    """The experiment of a post on its second device."""

    run: Run
    """The published run."""
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class JudgedPost:
    """A post whose published run ended, with that run and what its experiment shows."""

    post: Post
    run: Run
    """The published run."""
    evidence: Evidence
    variants: VariantEvidence | None = None
    """What programs with one change have shown; None unless all of their runs are stored."""
    proof: Proof | None = None
    """When it was accepted again with newer versions; None when it was not, or was edited since."""
    other: OnOtherDevice | None = None
    """The same on the GPU, where a post for any device was run there as well."""
    is_missing: bool = False
    """Whether it was not run, for want of a GPU, and is published without outputs and claims."""
