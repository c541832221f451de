"""Evaluating a metric changes nothing, and gives a number or a reason why there is none."""

from __future__ import annotations

import json
import random

import pytest

from site_tools.worker.metrics import measure


def test_measure_leaves_no_trace() -> None:
    import numpy as np

    namespace = {"np": np, "random": random, "x": 1}
    np.random.seed(1)
    random.seed(1)
    expected = np.random.rand(), random.random()
    np.random.seed(1)
    random.seed(1)
    metrics = ["np.random.rand() + random.random()", "[x for x in (1, 2)][-1]"]
    answer = json.loads(measure(metrics, namespace))
    assert (np.random.rand(), random.random()) == expected
    assert set(namespace) == {"np", "random", "x"}
    assert answer[metrics[1]] == 2.0


@pytest.mark.xdist_group("torch")
@pytest.mark.parametrize(
    ("metric", "fault"),
    [
        ("(y := 2)", "binds `y`"),
        ("losses.pop()", "changes `losses`"),
        ("W.fill(0) or 1", "changes `W`"),
        ("model.weight.data.zero_().sum()", "changes `model`"),
        ("seen.update(a=1) or 1", "changes `seen`"),
        ("torch.ones((), device='meta')", "on the device meta"),
        ("W", "an array of shape (3,)"),
        ("1 / 0", "raises ZeroDivisionError"),
        ("W[0] / 0.0", "is inf"),
        ("W[0] == 1", "gives True"),
        ("'1'", "gives '1', not a number"),
    ],
)
def test_measure_rejects_what_is_no_measurement(metric: str, fault: str) -> None:
    import numpy as np
    import torch

    model = torch.nn.Linear(1, 1)
    namespace = {"W": np.ones(3), "losses": [1, 2], "seen": {}, "model": model, "torch": torch}
    with np.errstate(all="ignore"):
        answer = json.loads(measure([metric, "len(losses)"], namespace))
    assert fault in str(answer[metric])
