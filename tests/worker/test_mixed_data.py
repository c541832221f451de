"""Data of the same kind and shape, in which nothing belongs together any more."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any

import numpy as np
import pytest

from site_tools.analysis.data_names import Data
from site_tools.worker.mixed_data import changed, mix, mixed, shifted, to_mix
from site_tools.worker.sketch import BUCKETS, sketch


@pytest.mark.parametrize(
    "value",
    [
        [0, 1, 1, 0],
        [1.5, 2.5, 3.5, 4.5, 5.5],
        (0, 1, 0, 1),
        ["a", "b", "c", "d"],
        [(0.0, 1), (2.0, 3), (4.0, 5), (6.0, 7)],
        "four letters and more",
        {"rate": 0.1, "labels": [0, 1, 1, 0]},
    ],
)
def test_mixed_is_other_data_of_the_same_kind(value: Any) -> None:
    other = mixed(value, 1)
    assert type(other) is type(value)
    assert len(other) == len(value)
    assert other != value
    assert mixed(value, 1) == other


def test_pictures_in_a_list_are_mixed() -> None:
    pictures = [np.full((2, 2), i) for i in range(8)]
    other = mixed(pictures, 1)
    assert [one.mean() for one in other] != [one.mean() for one in pictures]
    layers = [np.zeros((2, i)) for i in range(8)]
    assert mixed(layers, 1) is layers


def test_columns_are_mixed_on_their_own() -> None:
    data = np.stack([np.arange(50.0), np.arange(50.0)], axis=1)
    other = mixed(data, 1)
    assert other.shape == data.shape
    assert set(other[:, 0]) <= set(data[:, 0])
    assert (other[:, 0] != other[:, 1]).mean() > 0.5
    assert data[7, 0] == 7.0


@pytest.mark.parametrize("value", [3, "abc", [2, 8, 1], {"a": 1}, None, [object()] * 5, np.eye(3)])
def test_what_is_no_data_stays(value: Any) -> None:
    assert mixed(value, 1) is value


def test_shifted_numbers_lie_elsewhere_and_labels_stay() -> None:
    rows = np.stack([np.arange(50.0), np.arange(50) % 3.0], axis=1)
    other = shifted(rows, 1)
    assert abs(other[:, 0].mean() - rows[:, 0].mean()) > 20
    assert (other[:, 1] == rows[:, 1]).all()
    numbers = [float(i) for i in range(50)]
    assert abs(sum(shifted(numbers, 1)) - sum(numbers)) > 20 * 50
    assert shifted(list(range(50)), 1) == list(range(50))
    assert shifted("a text of letters", 1) == "a text of letters"


def test_what_is_the_only_data_is_shifted_as_well() -> None:
    """Other draws of the same numbers have nearly the same mean."""
    one, other = np.random.default_rng(1).normal(size=(2, 400))
    namespace = {"alone": one.copy(), "X": one.copy(), "y": other.copy()}
    assert mix(namespace, ["alone"]) == ["alone"]
    assert mix(namespace, ["X", "y"]) == ["X", "y"]
    assert abs(namespace["alone"].mean() - one.mean()) > 1
    assert abs(namespace["X"].mean() - one.mean()) < 0.3


@pytest.mark.parametrize("way", [mixed, shifted])
def test_data_are_changed_for_a_while_for_all_references(way: Any) -> None:
    array, words, rows = np.arange(50.0), "four letters", [[float(i), 1.0] for i in range(50)]
    namespace = {"X": array, "words": words, "rows": rows}
    before = array.copy(), [*rows]
    with changed(namespace, ["X", "words", "rows"], way) as names:
        assert names == (["X", "words", "rows"] if way is mixed else ["X", "rows"])
        assert (before[0] != array).any()
        assert rows != before[1]
    assert (before[0] == array).all()
    assert rows == before[1]
    assert namespace == {"X": array, "words": words, "rows": rows}


def test_sketch_keeps_distances() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.normal(size=1000), rng.normal(size=1000)
    short = [np.array(sketch([each])) for each in (one, other, one + 0.01 * other)]
    assert len(short[0]) == BUCKETS
    far, near = np.linalg.norm(short[0] - short[1]), np.linalg.norm(short[0] - short[2])
    assert near < 0.1 * far


def test_sketch_of_nested_values() -> None:
    assert sketch([{"a": np.array([1, 2]), "b": [3.0, "no number"]}, True]) == [1, 2, 3, 1]
    assert Counter(sketch([[]])) == Counter()


def data(used: list[str], *, draws: bool = False) -> Data:
    """The data of a program that learns `w` from these names, and is measured on others."""
    measured = ["X", "y", "answer", "settings"]
    bound = [f"{name} = load('{name}')" for name in dict.fromkeys([*used, *measured])]
    made = " + ".join([*used, *(["rng.normal()"] if draws else [])])
    program = "\n".join([*bound, "w = 0", "for step in range(9):", f"    w += {made} - w"])
    return Data([ast.parse(program)], ["w"], (), [f"w + {' + '.join(measured)}"])


PROGRAM = {
    "w": np.zeros(3),
    "X": np.ones((8, 3)),
    "y": np.ones(8),
    "answer": np.ones(3),
    "settings": {"rate": 0.1, "answer": [1.0, 2.0, 3.0]},
    "rate": 0.1,
    "reward": np.ones(3),
    "folded": np.ones((3, 1)),
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (data(["X", "y"]), ["X", "y"]),
        (data(["answer"]), ["X", "y"]),
        (data(["answer", "rate"]), ["X", "y"]),
        (data(["settings"]), ["X", "y"]),
        (data(["answer", "X"]), ["X", "y"]),
        (data(["answer"], draws=True), ["answer"]),
        (data(["folded", "X"]), ["X", "y"]),
        (data(["rate"]), ["X", "y"]),
        (data(["reward"]), ["reward"]),
    ],
    ids=[
        "data",
        "an answer",
        "and a rate",
        "in settings",
        "and data",
        "data drawn",
        "in another shape",
        "a rate",
        "a reward",
    ],
)
def test_what_is_to_be_learned_is_no_data(given: Data, expected: list[str]) -> None:
    assert to_mix(given, PROGRAM) == expected


def test_sketch_of_infinity_is_finite() -> None:
    assert sketch([np.inf, [float("nan"), 2.0]]) == [0.0, 0.0, 2.0]
