"""The baselines of a claim: results without a network, which must miss the goal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from site_tools.analysis.baseline_names import KINDS, ON_OTHER_DATA, request
from site_tools.model.claim import Claim
from site_tools.model.faults import MetricFault
from site_tools.model.goals import Goal, holds
from site_tools.model.run import Run

REQUIRED_AFTER = date(2026, 11, 26)
"""Posts with a later date must have a baseline, measured or named: the day before this rule came.
Older posts were written without it, and stay as they are."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A result without a network."""

    name: str
    """The author's expression, or what each answer was replaced by: `the mean`."""
    value: float
    measured: bool
    """Whether it was measured by replacing answers, and not named by the author."""

    @property
    def says(self) -> str:
        """Return the subject of a sentence about it."""
        return f"{self.name} alone" if self.measured else f"`{self.name}`, without a network,"


def requests(claim: Claim) -> list[str]:
    """Return what to evaluate after the published run to have the claim's baselines."""
    own = [claim.baseline] if claim.baseline else []
    return [*own, *[_request(claim, kind) for kind in (*KINDS, *ON_OTHER_DATA)]]


def _request(claim: Claim, kind: str) -> str:
    """Return the text that asks for the number with a kind of simple answer, or of other data."""
    return request(kind, [*claim.freeze, *claim.tally], claim.metric)


@dataclass(frozen=True, slots=True)
class OtherData:
    """What was measured on other data, with what the network had learned from its own."""

    mixed: float | None = None
    """The number when the data do not belong together; None where it is not known."""
    shifted: float | None = None
    """The number when they lie elsewhere."""
    swapped: float | None = None
    """The number when each example gets the answer of another one."""
    stored: float | None = None
    """How many answers are stored, one for each example, and made from no input."""
    inputs: float | None = None
    """The number when only the inputs are in another order."""


UNKNOWN = OtherData()


def on_other_data(claim: Claim, published: Run) -> OtherData:
    """Return what the published run has measured on other data."""
    return OtherData(*[published.number(_request(claim, kind)) for kind in ON_OTHER_DATA])


def baselines_of(claim: Claim, published: Run) -> list[Baseline]:
    """Return the baselines that the published run has a number for, the strongest first."""
    found = list(_measured(claim, published))
    return sorted(found, key=lambda baseline: _distance(claim.goal, baseline.value))


def _measured(claim: Claim, published: Run) -> Iterator[Baseline]:
    if published.failure:
        return
    own = published.number(claim.baseline) if claim.baseline else None
    if own is not None:
        yield Baseline(claim.baseline, own, measured=False)
    for kind in KINDS:
        value = published.number(_request(claim, kind))
        if value is not None:
            yield Baseline(kind, value, measured=True)


def _distance(goal: Goal, value: float) -> tuple[bool, float]:
    """Return a key that sorts values by how well they meet a goal."""
    if goal.sign == "==":
        return not holds(goal, value), abs(value - goal.number)
    return not holds(goal, value), value if goal.sign[0] == "<" else -value


def own_fault(claim: Claim, published: Run) -> MetricFault | None:
    """Return why the author's own baseline has no number; None when it has one, or is not there."""
    value = published.values.get(claim.baseline, _ABSENT) if claim.baseline else None
    return value if isinstance(value, MetricFault) else None


def unmeasured(claim: Claim, published: Run) -> MetricFault | None:
    """Return what kept simple answers from being tried; None if none were found to replace."""
    values = (published.values.get(_request(claim, kind)) for kind in KINDS)
    faults = (value for value in values if isinstance(value, MetricFault))
    return next((fault for fault in faults if fault.kind in {"memory", "slow"}), None)


_ABSENT = MetricFault("absent", "was not evaluated")
