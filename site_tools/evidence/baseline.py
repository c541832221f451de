"""The baseline of a claim: a result without a network, which must miss the goal."""

from __future__ import annotations

from collections.abc import Sequence

from site_tools.analysis.majority_baseline import majority_baseline
from site_tools.model.claim import Claim


def baseline_of(claim: Claim, cells: Sequence[str]) -> str:
    """Return the expression to measure: the author's, or for an accuracy the majority class.

    An empty text when there is none.
    """
    goal = claim.goal
    return claim.baseline or majority_baseline(claim.metric, goal.sign, goal.number, cells)
