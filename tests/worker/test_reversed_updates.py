"""Changes of numbers go the other way, wherever they are kept; others cannot be reversed."""

from __future__ import annotations

from collections import namedtuple
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from site_tools.worker.reversed_updates import CannotReverse, other_way, signs

Pair = namedtuple("Pair", "w b")  # noqa: PYI024


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (1.0, 3.0, -1.0),
        (2, 1, 3),
        ([1.0, 2.0], [2.0, 0.0], [0.0, 4.0]),
        ((1.0, [1.0]), (2.0, [3.0]), (0.0, [-1.0])),
        (Pair(1.0, 1.0), Pair(2.0, 2.0), Pair(0.0, 0.0)),
        (
            {"w": 1.0, "name": "a"},
            {"w": 3.0, "name": "a", "new": 5.0},
            {"w": -1.0, "name": "a", "new": 5.0},
        ),
    ],
)
def test_every_number_goes_back(before: Any, after: Any, expected: Any) -> None:
    assert other_way(before, after, "reversed") == expected


def test_things_are_changed_in_place() -> None:
    array = np.array([3.0, 1.0])
    assert other_way(np.array([1.0, 1.0]), array, "reversed") is array
    assert array.tolist() == [-1.0, 1.0]
    thing = SimpleNamespace(w=np.array([2.0]), rate=0.1)
    other_way(SimpleNamespace(w=np.array([1.0]), rate=0.1), thing, "reversed")
    assert (thing.w.tolist(), thing.rate) == ([0.0], 0.1)


def test_by_chance_each_number_goes_either_way_in_every_update() -> None:
    start = np.zeros(200)
    one, two = (other_way(start, start + 1, "scattered") for _ in range(2))
    assert set(one) == set(two) == {-1.0, 1.0}
    assert 50 < (one > 0).sum() < 150
    assert one.tolist() != two.tolist()
    assert set(other_way([0.0] * 40, [1.0] * 40, "scattered")) == {-1.0, 1.0}
    assert {other_way(0.0, 1.0, "scattered") for _ in range(20)} == {-1.0, 1.0}
    assert sorted(set(signs(100, "scattered"))) == [-1, 1]


@pytest.mark.parametrize(
    ("before", "after"),
    [([1.0], [1.0, 2.0]), (True, False), ("a", "b"), (np.array([True]), np.array([False]))],
    ids=["a longer list", "a truth value", "a text", "an array of truth values"],
)
def test_change_of_something_else_cannot_be_reversed(before: Any, after: Any) -> None:
    with pytest.raises(CannotReverse):
        other_way(before, after, "reversed")
