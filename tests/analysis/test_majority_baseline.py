"""Which metrics are accuracies, and what the commonest answer would score."""

from __future__ import annotations

import pytest

from site_tools.analysis.majority_baseline import PREFIX
from site_tools.evidence.baseline import baseline_of
from site_tools.model.claim import Claim
from site_tools.model.faults import MetricFault
from site_tools.model.goals import parse_goal
from site_tools.model.source import Place
from site_tools.worker.majority import measure_majority

CODE = """\
right = (out == y[held]).sum().item()
accuracy = right / len(y)
loss = ((out - y) ** 2).mean()
"""


def claim(metric: str, goal: str = "> 0.9", baseline: str = "") -> Claim:
    return Claim("", metric, parse_goal(goal), Place("a", 1), baseline=baseline)


@pytest.mark.parametrize(
    ("metric", "comparison"),
    [
        ("(out == y).mean()", "out == y"),
        ("np.mean(out == y)", "out == y"),
        ("((model(X) > 0) == (y > 0.5)).float().mean()", "(model(X) > 0) == (y > 0.5)"),
        ("accuracy", "out == y[held]"),
        ("float(accuracy)", "out == y[held]"),
        ("accuracy - other", ""),
        ("loss", ""),
        ("unknown", ""),
    ],
)
def test_comparison_is_found(metric: str, comparison: str) -> None:
    expected = PREFIX + comparison if comparison else ""
    assert baseline_of(claim(metric), [CODE]) == expected


def test_only_shares_have_a_majority() -> None:
    assert baseline_of(claim("accuracy", "< 0.9"), [CODE]) == ""
    assert baseline_of(claim("accuracy", "> 9"), [CODE]) == ""
    assert baseline_of(claim("accuracy", baseline="0.5"), [CODE]) == "0.5"


def test_share_of_the_commonest_answer() -> None:
    import numpy as np

    y = np.array([0, 0, 0, 1])
    assert measure_majority(PREFIX + "out == y", {"out": np.array([0, 1, 1, 1]), "y": y}) == 0.75
    assert measure_majority(PREFIX + "out == y", {"out": np.zeros(4), "y": y}) == 0.75
    assert measure_majority(PREFIX + "out == y", {"out": [0, 1, 0, 1], "y": y.tolist()}) == 0.5
    for out in (1, [1, 2], None):
        assert isinstance(measure_majority(PREFIX + "out == y", {"out": out, "y": y}), MetricFault)
