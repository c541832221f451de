"""Whether mixed data are those from which a program learns."""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from site_tools.analysis.data_names import Data
from site_tools.worker.hidden_data import is_hidden

PROGRAM = """\
digits = load()
data = prepare(digits)
w = zeros(2)
for x in data:
    w += 0.1 * (x - w)
"""

DIGITS = np.arange(12.0).reshape(6, 2)


class Copied:
    """A data set that no one can mix."""

    def __init__(self, rows: Any) -> None:
        self.rows = iter(rows)


@pytest.mark.parametrize(
    ("digits", "prepare", "hidden"),
    [
        (DIGITS, Copied, True),
        (DIGITS, lambda rows: SimpleNamespace(rows=rows.copy()), True),
        (DIGITS, lambda rows: SimpleNamespace(parts=[{"rows": rows[:4]}]), False),
        ({"rows": DIGITS}, lambda rows: SimpleNamespace(source=rows), False),
        (DIGITS, lambda _: 0.5, False),
    ],
    ids=[
        "an iterator",
        "a copy",
        "a view",
        "itself",
        "a rate",
    ],
)
def test_copies_are_hidden(digits: Any, prepare: Callable[[Any], Any], hidden: bool) -> None:  # noqa: FBT001
    assert_hidden(digits, prepare, hidden=hidden)


@pytest.mark.xdist_group("torch")
@pytest.mark.parametrize("hidden", [False, True], ids=["a data set", "a data set of copies"])
def test_copies_in_a_data_set_of_torch_are_hidden(hidden: bool) -> None:  # noqa: FBT001
    import torch  # it is not imported where this test does not run

    def prepare(rows: Any) -> Any:
        return torch.utils.data.TensorDataset(rows.clone() if hidden else rows)

    assert_hidden(torch.arange(12.0).reshape(6, 2), prepare, hidden=hidden)


def assert_hidden(digits: Any, prepare: Callable[[Any], Any], *, hidden: bool) -> None:
    namespace = {"digits": digits, "data": prepare(digits), "w": np.zeros(2)}
    data = Data([ast.parse(PROGRAM)], ["w"], (), ["w[0]"])

    assert is_hidden(["digits"], data, namespace) is hidden
    assert not is_hidden(["digits", "data"], data, namespace)
    assert not is_hidden([], data, namespace)
