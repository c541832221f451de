"""The statistics of a verdict at the edges of their definitions, as numbers."""

from __future__ import annotations

import math
import statistics

import pytest

from site_tools.evidence.statistics import (
    GAP,
    MARGIN,
    Separation,
    at_least,
    binomial_below,
    quorum,
    same,
    scale_for,
    separation,
    suggest,
)
from site_tools.model.goals import parse_goal


@pytest.mark.parametrize(
    ("room", "gap", "wide"),
    [
        (MARGIN, GAP, True),
        (MARGIN - 1e-9, GAP, False),
        (MARGIN, GAP - 1e-9, False),
        (math.inf, 1.0, True),
        (-math.inf, 1.0, False),
    ],
)
def test_thresholds_themselves_are_wide_enough(room: float, gap: float, wide: bool) -> None:  # noqa: FBT001
    assert Separation(room, gap).wide == wide


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1.0, 1.0 + 1e-10, True),
        (1.0, 1.0 + 1e-8, False),
        (0.0, 1e-16, True),
        (0.0, 1e-14, False),
        (1.0, None, False),
        (None, 1.0, False),
        (None, None, False),
    ],
)
def test_same_to_nine_digits(one: float | None, other: float | None, equal: bool) -> None:  # noqa: FBT001
    assert same(one, other) == equal


@pytest.mark.parametrize(("trials", "needed"), [(1, 1), (2, 1), (3, 1), (4, 2)])
def test_quorum_of_few_trials(trials: int, needed: int) -> None:
    assert quorum(trials) == needed


def test_binomial_below_of_a_fair_coin() -> None:
    assert [binomial_below(k, 2, 0.5) for k in range(4)] == [0.0, 0.25, 0.75, 1.0]


def test_at_least_of_none_and_of_all() -> None:
    assert at_least(0, 8) == 0.0
    assert at_least(8, 8) == pytest.approx(0.05 ** (1 / 8))


@pytest.mark.parametrize(
    ("goal", "values", "name"),
    [
        ("< 1", [0.5], "log"),
        ("<= 1", [0.5], "log"),
        ("< 1", [0.0], "linear"),
        ("< 0", [0.5], "linear"),
        ("< 1", [-0.5], "linear"),
        ("> 0.5", [0.0, 1.0], "logit"),
        (">= 0.5", [0.6], "logit"),
        ("> 0.5", [1.1], "linear"),
        ("> 0.5", [-0.1], "linear"),
        ("> 0", [0.5], "linear"),
        ("> 1", [0.5], "linear"),
        ("== 0.5", [0.5], "linear"),
    ],
)
def test_scale_for_goal_and_values(goal: str, values: list[float], name: str) -> None:
    assert scale_for(parse_goal(goal), values).name == name


def test_scale_for_a_loss_ends_at_a_tenth_of_the_goal() -> None:
    scale = scale_for(parse_goal("< 1"), [0.5])
    assert scale.forward(1e-9) == scale.forward(0.1) == math.log(0.1)
    assert scale.forward(0.2) == math.log(0.2)
    assert scale.back(math.log(0.2)) == pytest.approx(0.2)


@pytest.mark.parametrize("number", [0.9, 0.1])
def test_scale_for_an_accuracy_ends_at_a_tenth_of_what_the_goal_lacks(number: float) -> None:
    scale = scale_for(parse_goal(f"> {number}"), [0.5])
    assert scale.forward(1.0) == pytest.approx(math.log(0.99 / 0.01))
    assert scale.forward(0.0) == pytest.approx(math.log(0.01 / 0.99))
    assert scale.forward(0.98) == pytest.approx(math.log(0.98 / 0.02))


def test_separation_on_a_linear_scale() -> None:
    """Trained 1 and 3: mean 2, deviation √2; the goal at -6 is 8 away, a control 10 of 12."""
    separated = separation(parse_goal("> -6"), [1.0, 3.0], [-10.0])
    assert separated.margin == pytest.approx(8 / math.sqrt(2))
    assert separated.gap == pytest.approx(4 / 12)
    assert separation(parse_goal("> 4"), [1.0, 3.0], [-10.0]).margin == pytest.approx(-math.sqrt(2))


def test_separation_takes_the_nearest_control_and_the_mean_of_all() -> None:
    separated = separation(parse_goal("> 0"), [6.0, 6.0], [-2.0, -4.0])
    assert separated.gap == pytest.approx(2 / 9)
    assert separation(parse_goal("> 0"), [6.0], [2.0, -4.0]).gap == pytest.approx(-2 / 7)


def test_separation_takes_the_wider_room() -> None:
    """A loss that is sometimes almost 0 has a long tail on the log scale."""
    trained = [0.9, 0.11, 0.5]
    plain = (1 - statistics.fmean(trained)) / statistics.stdev(trained)
    assert separation(parse_goal("< 1"), trained, [5.0]).margin == pytest.approx(plain)


def test_separation_of_equal_means_is_none() -> None:
    assert separation(parse_goal("> 0"), [1.0, 1.0], [1.0]).gap == 0.0
    assert separation(parse_goal("> 2"), [1.0, 1.0], [1.0]) == Separation(-math.inf, 0.0)


def test_separation_of_an_exact_goal_has_all_the_room() -> None:
    separated = separation(parse_goal("== 4"), [4.0, 4.0], [3.0, 6.0])
    assert separated == Separation(math.inf, 2.0)


def test_spread_of_rounding_counts_as_none() -> None:
    assert separation(parse_goal("< 1"), [0.5, 0.5 + 1e-15], [5.0]).margin == math.inf
    assert separation(parse_goal("< 1"), [0.5, 0.5 + 1e-9], [5.0]).margin < math.inf
    assert separation(parse_goal("> 0"), [3.0], [-5.0]).margin == math.inf


@pytest.mark.parametrize(
    ("goal", "trained", "untrained", "needed", "suggested"),
    [
        ("< 1", [1.0, 1.0], [100.0], None, "< 10"),
        ("> 1", [100.0, 100.0], [1.0], None, "> 50"),
        ("> 0.1", [3.0, 3.0], [-1.0], None, "> 1"),
        ("< 1", [1.0, 1.0], [100.0], 2, "< 10"),
        ("< 1", [1.0, 1.0], [100.0], 3, ""),
        ("< 1", [1.0, 1.0, 50.0], [100.0], 2, "< 10"),
        ("< 1", [1.0, 1.0, 50.0], [100.0], 3, ""),
        ("< 1", [50.0, 1.0, 1.0], [100.0], 2, ""),
        ("== 1", [1.0, 1.0], [100.0], None, ""),
        ("< 1", [1.0, 1.0], [1.0], None, ""),
        ("< 1", [], [1.0], None, ""),
        ("< 1", [1.0], [], None, ""),
    ],
)
def test_suggest_between_trained_and_untrained(
    goal: str, trained: list[float], untrained: list[float], needed: int | None, suggested: str
) -> None:
    assert suggest(parse_goal(goal), trained, untrained, needed) == suggested
