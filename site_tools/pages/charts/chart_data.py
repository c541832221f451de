"""What a chart of a claim shows: its goal, its runs and its learning curve. Not how it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from site_tools.evidence.learning_curve import Curve, Points
from site_tools.evidence.verdict import Trial, Verdict
from site_tools.model.goals import Goal


@dataclass(frozen=True, slots=True)
class Group:
    """The runs of one kind."""

    label: str
    kind: str
    """The name in the style sheet: `trained`, `off` or `shuffled`."""
    values: Sequence[float]
    """Their metric, smallest first."""


@dataclass(frozen=True, slots=True)
class ChartData:
    """All that a chart shows of one claim."""

    goal: Goal
    groups: tuple[Group, ...]
    """Every run of the experiment."""
    trained: Points
    off: Points
    unit: str
    """What the curve counts; empty, like the points, when there is no curve."""

    @property
    def values(self) -> list[float]:
        """Return all values of the metric, of runs and of curves."""
        runs = [value for group in self.groups for value in group.values]
        return [*runs, *self.trained.values, *self.off.values]


def chart_data(verdict: Verdict) -> ChartData:
    """Return what a chart shows of the claim of a verdict."""
    goal, groups = verdict.claim.goal, tuple(groups_of(verdict))
    if not isinstance(verdict.curve, Curve):
        return ChartData(goal, groups, Points(), Points(), "")
    curve = verdict.curve
    return ChartData(goal, groups, curve.trained, curve.off, curve.unit)


def groups_of(verdict: Verdict) -> list[Group]:
    """Return the runs that measured the metric of a claim, by kind."""
    groups = [
        Group("trained", "trained", _values([verdict.published, *verdict.seeds])),
        Group("learning off", "off", _values(verdict.off)),
        Group("shuffled", "shuffled", _values(verdict.shuffled)),
    ]
    return [group for group in groups if group.values]


def _values(trials: Iterable[Trial]) -> list[float]:
    return sorted(trial.value for trial in trials if trial.value is not None)
