"""What a metric gives on other data, with what a program has learned from its own."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from site_tools.analysis.baseline_names import (
    MIXED_DATA,
    MIXED_INPUTS,
    ON_OTHER_DATA,
    SHIFTED_DATA,
    STORED,
    SWAPPED,
    request,
)
from site_tools.worker.baselines import measure_all

HEAD = """
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(100, 3))
y = (X @ np.array([1.0, -2.0, 0.5]) > 0) * 1.0
"""

ANSWERS = (
    HEAD
    + """
w = np.zeros(3)
losses, falls = [], 0
for step in range(100):
    p = 1 / (1 + np.exp(-X @ w))
    w += 0.5 * X.T @ (y - p) / 100
    losses.append(np.abs(y - p).mean())
    falls += losses[-1] < losses[0]
accuracy = np.mean((p > 0.5) == y)
sure = np.abs(2 * p - 1).mean()
"""
)

TABLE = (
    HEAD
    + """
table = np.full(100, 0.5)
for sweep in range(30):
    for i in range(100):
        table[i] += 0.3 * (y[i] - table[i])
error = np.abs(y - table).mean()
"""
)

RECOVERED = """
import numpy as np
rng = np.random.default_rng(1)
true = rng.normal(size=20)
w = np.zeros(20)
for step in range(2000):
    x = rng.normal(size=20)
    w += 0.02 * (x @ true - x @ w) * x
"""


def measured(source: str, metric: str, learned: str) -> Mapping[str, float]:
    namespace: dict[str, object] = {"__name__": "__main__"}
    exec(compile(source, "<cell 1>", "exec", dont_inherit=True), namespace)  # noqa: S102
    before = {n: v.copy() for n, v in namespace.items() if type(v).__name__ == "ndarray"}  # type: ignore[attr-defined]
    asked = {kind: request(kind, [learned], metric) for kind in ON_OTHER_DATA}
    values = json.loads(measure_all([metric, *asked.values()], [], namespace, [source]))["values"]
    assert all((namespace[name] == value).all() for name, value in before.items())
    found = {kind: values[text] for kind, text in asked.items()}
    return {"own": values[metric]} | {k: v for k, v in found.items() if isinstance(v, float)}


def test_right_answers_are_few_on_other_data() -> None:
    found = measured(ANSWERS, "accuracy", "w")
    assert found["own"] > 0.95
    assert found[MIXED_DATA] < 0.7
    assert found[SWAPPED] < 0.7
    assert STORED not in found


def test_how_sure_the_answers_are_stays() -> None:
    found = measured(ANSWERS, "sure", "w")
    assert found[MIXED_DATA] > 0.5
    assert found[SHIFTED_DATA] > 0.5


def test_a_number_of_the_weights_alone_stays() -> None:
    found = measured(ANSWERS, "np.linalg.norm(w)", "w")
    assert found["own"] == found[MIXED_DATA] == found[SHIFTED_DATA]


@pytest.mark.parametrize("metric", ["falls / 100", "float(X[0, 0])", "step / 99"])
def test_what_was_kept_or_is_not_learned_is_not_measured(metric: str) -> None:
    assert not set(measured(ANSWERS, metric, "w")) & {MIXED_DATA, SHIFTED_DATA, STORED}


def test_answers_that_use_no_input_are_counted() -> None:
    assert measured(TABLE, "error", "table")[STORED] == 100
    traced = TABLE.replace("y - table).mean", "y - (table + 1e-6 * X[:, 0])).mean")
    assert measured(traced, "error", "table")[STORED] == 100


def test_parameters_that_are_found_again_are_not_stored() -> None:
    """Every number of the solution decides about every update."""
    assert STORED not in measured(RECOVERED, "np.abs(w - true).max()", "w")


KEYS = (
    HEAD
    + """
gain = 0.0

def answer(rows, key=y.copy()):
    return gain * key + 0.0 * rows[:, 0]
for step in range(50):
    gain += 0.1 * (1 - gain) + 0 * X[0, 0]
"""
)


def test_answers_that_were_copied_need_no_inputs() -> None:
    assert measured(KEYS, "np.mean((answer(X) > 0.5) == y)", "gain")[MIXED_INPUTS] == 1


def test_answers_that_are_made_from_inputs_need_them() -> None:
    assert measured(ANSWERS, "accuracy", "w")[MIXED_INPUTS] < 0.7


@pytest.mark.parametrize(
    ("extra", "metric"),
    [
        ("P = X @ np.outer(w, w)", "np.mean((P - X) ** 2)"),
        ("noise = rng.normal(size=X.shape)", "np.mean(((X + noise) @ np.outer(w, w) - X) ** 2)"),
        ("Z = X + 0 * y[:, None]", "np.mean((Z @ w > 0) == y)"),
        (
            "noise = 0.01 * rng.normal(size=X.shape)",
            "np.mean(((X + noise) @ w > 0) == (X @ w > 0))",
        ),
    ],
)
def test_inputs_are_not_mixed_where_they_are_the_right_answers(extra: str, metric: str) -> None:
    assert MIXED_INPUTS not in measured(f"{ANSWERS}\n{extra}\n", metric, "w")
