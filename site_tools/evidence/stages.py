"""The stages of an experiment: in which order runs are made, and which rulings end it after each.

The one place that decides whether a claim goes on. The experiment asks it before it starts more
runs, the verdict takes its ruling from it, and the author's report shows the claims that ended
the experiment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from site_tools.evidence.statistics import repeats
from site_tools.evidence.verdict import Ruling, Verdict
from site_tools.evidence.what_learns import (
    is_met_any_way,
    is_met_with_any_data,
    learns_the_same,
    needs_its_start,
    something_hidden_learns,
)
from site_tools.model.goals import holds

StageName = Literal["published", "sham", "trials"]
"""published: the published run. sham: the shams. trials: the seed trials and all controls."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruling, and the condition under which it is given once the runs of its stage are there."""

    ruling: Ruling
    applies: Callable[[Verdict], bool]


@dataclass(frozen=True, slots=True)
class Stage:
    """Runs that are made together, and the rules that may end the experiment after them."""

    name: StageName
    rules: tuple[Rule, ...]
    """In the order in which they are asked; the first that applies gives the ruling."""

    @property
    def rulings(self) -> frozenset[Ruling]:
        """Return the rulings that end the experiment after this stage."""
        return frozenset(rule.ruling for rule in self.rules)


def _unmeasured(verdict: Verdict) -> bool:
    return verdict.published.value is None


def _missed(verdict: Verdict) -> bool:
    return not verdict.published.passed


def _met_by_baseline(verdict: Verdict) -> bool:
    baseline, goal = verdict.baseline, verdict.claim.goal
    met = baseline is not None and holds(goal, baseline.value)
    return met or verdict.baseline_fault is not None


def _met_with_any_inputs(verdict: Verdict) -> bool:
    value = verdict.elsewhere.inputs
    return value is not None and holds(verdict.claim.goal, value)


def _without_baseline(verdict: Verdict) -> bool:
    return verdict.needs_baseline


def _without_sham(verdict: Verdict) -> bool:
    return verdict.sham is None or verdict.sham.value is None


def _sham_differs(verdict: Verdict) -> bool:
    if verdict.sham is None:
        return True
    goal, published, sham = verdict.claim.goal, verdict.published, verdict.sham
    return not repeats(published.value, sham.value, goal, sham.device)


def _draws_unseeded(verdict: Verdict) -> bool:
    """Return whether a page shows numbers of a generator without a seed, if only printed ones."""
    unseeded = verdict.sham is not None and bool(verdict.sham.trace.unseeded)
    return unseeded and verdict.claim.has_readers


def _nothing_learns(verdict: Verdict) -> bool:
    return verdict.sham is None or not verdict.sham.trace.learning


def _met_by_control(verdict: Verdict) -> bool:
    return any(trial.passed for trial in (*verdict.controls, *verdict.ablated))


def _something_else_learns(verdict: Verdict) -> bool:
    return bool(verdict.unlisted) or something_hidden_learns(verdict)


def _short_of_quorum(verdict: Verdict) -> bool:
    return verdict.passing < verdict.needed


def _without_control(verdict: Verdict) -> bool:
    trials = (*verdict.controls, *verdict.ablated)
    return not verdict.off or any(trial.value is None for trial in trials)


def _nothing_suppressed(verdict: Verdict) -> bool:
    return not all(map(verdict.suppresses, verdict.off))


def _poorly_separated(verdict: Verdict) -> bool:
    return verdict.separation is None or not verdict.separation.wide


STAGES = (
    Stage(
        "published",
        (
            Rule("unmeasured", _unmeasured),
            Rule("missed", _missed),
            Rule("baseline", _met_by_baseline),
            Rule("no input", _met_with_any_inputs),
        ),
    ),
    Stage(
        "sham",
        (
            Rule("unsound", _without_sham),
            Rule("changing", _sham_differs),
            Rule("changing", _draws_unseeded),
            Rule("no control", _nothing_learns),
            Rule("no baseline", _without_baseline),
        ),
    ),
    Stage(
        "trials",
        (
            Rule("refused", _met_by_control),
            Rule("unlisted", _something_else_learns),
            Rule("indifferent", learns_the_same),
            Rule("any data", is_met_with_any_data),
            Rule("data", needs_its_start),
            Rule("any way", is_met_any_way),
            Rule("too close", _short_of_quorum),
            Rule("broken control", _without_control),
            Rule("broken control", _nothing_suppressed),
            Rule("too close", _poorly_separated),
        ),
    ),
)
"""A crash is never taken for a missed goal, but a control that meets the goal or a missed quorum
says more than another control that is broken: so these come first."""


def ruling_on(verdict: Verdict) -> Ruling:
    """Return the ruling of the first rule that applies, or `accepted`."""
    rules = (rule for stage in STAGES for rule in stage.rules)
    return next((rule.ruling for rule in rules if rule.applies(verdict)), "accepted")


def ends_after(name: StageName, verdicts: Sequence[Verdict]) -> bool:
    """Return whether an experiment ends after a stage: no claim needs runs once one has failed."""
    (stage,) = [stage for stage in STAGES if stage.name == name]
    return any(verdict.ruling in stage.rulings for verdict in verdicts)


def decisive(verdicts: Sequence[Verdict]) -> list[tuple[int, Verdict]]:
    """Return the verdicts that ended the experiment, with the number of their claim, from 1.

    Those of the first stage that has any: the other claims lack the runs of later stages. None
    when all claims are accepted.
    """
    numbered = list(enumerate(verdicts, start=1))
    for stage in STAGES:
        found = [
            (number, verdict) for number, verdict in numbered if verdict.ruling in stage.rulings
        ]
        if found:
            return found
    return []
