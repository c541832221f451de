"""Metrics that are only true or false, and the numbers that they stand for."""

from __future__ import annotations

import pytest

from site_tools.analysis.number_under import number_under

CODE = """\
import numpy as np
limit = 0.9
accuracy = 0.95
good = accuracy > limit
as_number = int(accuracy >= 0.9)
w = 1
stale = w > 0
w = 2
equal = (p == y).all()
"""


@pytest.mark.parametrize(
    ("metric", "goal", "found"),
    [
        ("int(accuracy > 0.9)", ("==", 1), ("accuracy", "> 0.9")),
        ("accuracy > 0.9", ("==", 1), ("accuracy", "> 0.9")),
        ("float(good)", (">", 0.5), ("accuracy", "> 0.9")),
        ("good", ("==", 0), ("accuracy", "<= 0.9")),
        ("as_number", (">=", 1), ("accuracy", ">= 0.9")),
        ("1 if 0.1 > loss else 0", ("==", 1), ("loss", "< 0.1")),
        ("(loss < 1e-3).item()", ("==", 1), ("loss", "< 0.001")),
        ("int(loss < before)", ("==", 1), ("loss - before", "< 0")),
        ("int(equal == True)", ("==", 1), ("(p == y).mean()", ">= 1")),
        ("float(np.array_equal(p, y))", ("==", 1), ("(p == y).mean()", ">= 1")),
        ("int(torch.equal(p, y))", ("==", 1), ("(p == y).double().mean()", ">= 1")),
        ("stale", ("==", 1), None),
        ("accuracy", (">", 0.9), None),
        ("accuracy", ("==", 1), None),
        ("(p > 0.5).mean()", (">", 0.5), None),
        ("int(accuracy > 0.9)", (">=", 0), None),
        ("int(score > True)", ("==", 1), None),
        ("int(answer > 'a')", ("==", 1), None),
    ],
)
def test_number_under(metric: str, goal: tuple[str, float], found: tuple[str, str] | None) -> None:
    assert number_under(metric, goal, [CODE]) == found
