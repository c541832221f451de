"""The statistics of a verdict, against their definitions and against scipy."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.stats import binomtest

from site_tools.evidence.statistics import (
    FALSE_ALARM,
    GOOD_START,
    at_least,
    binomial_below,
    quorum,
    scale_for,
    separation,
    suggest,
)
from site_tools.model.goals import holds, parse_goal

TRIALS = st.integers(5, 100)
LOSSES = st.lists(st.floats(1e-6, 1e3), min_size=2, max_size=8)
SHARES = st.lists(st.floats(0, 1), min_size=2, max_size=8)


@pytest.mark.parametrize(("trials", "needed"), [(5, 3), (8, 6), (20, 17), (100, 94)])
def test_quorum_of(trials: int, needed: int) -> None:
    assert quorum(trials) == needed


@given(trials=TRIALS)
def test_quorum_is_the_largest_without_false_alarms(trials: int) -> None:
    needed = quorum(trials)
    assert binomial_below(needed, trials, GOOD_START) < FALSE_ALARM
    assert needed == trials or binomial_below(needed + 1, trials, GOOD_START) >= FALSE_ALARM


@given(trials=TRIALS)
def test_quorum_does_not_fall_with_more_trials(trials: int) -> None:
    assert quorum(trials) <= quorum(trials + 1) <= quorum(trials) + 1


@given(trials=TRIALS, share=st.floats(0, 1))
def test_at_least_agrees_with_scipy(trials: int, share: float) -> None:
    passing = round(share * trials)
    interval = binomtest(passing, trials, alternative="greater").proportion_ci(0.95, "exact")
    assert at_least(passing, trials) == pytest.approx(interval.low, abs=1e-9)


def test_at_least_for_8_of_8() -> None:
    assert f"{at_least(8, 8):.0%}" == "69%"


@given(values=LOSSES, number=st.floats(1e-3, 1e2))
def test_scale_of_losses_does_not_depend_on_their_unit(values: list[float], number: float) -> None:
    """A loss in another unit is only shifted on the log scale."""
    goal = parse_goal(f"< {number!r}")
    larger = parse_goal(f"< {number * 1024!r}")
    one, other = scale_for(goal, values), scale_for(larger, [value * 1024 for value in values])
    for value in values:
        moved = other.forward(value * 1024) - math.log(1024)
        assert one.forward(value) == pytest.approx(moved, abs=1e-9)


@given(values=SHARES, number=st.floats(0.1, 0.9))
def test_scale_of_accuracies_is_logit(values: list[float], number: float) -> None:
    scale = scale_for(parse_goal(f"> {number!r}"), values)
    assert scale.name == "logit"
    assert scale.back(scale.forward(number)) == pytest.approx(number)
    assert all(map(math.isfinite, map(scale.forward, values)))


@given(trained=LOSSES, untrained=LOSSES, number=st.floats(1e-3, 1e2))
def test_goal_that_a_control_meets_is_too_close(
    trained: list[float], untrained: list[float], number: float
) -> None:
    goal = parse_goal(f"< {number!r}")
    assume(any(holds(goal, value) for value in untrained))
    assert not separation(goal, trained, untrained).wide


@given(trained=SHARES, untrained=SHARES, number=st.floats(0.1, 0.9))
def test_goal_that_trained_runs_miss_is_too_close(
    trained: list[float], untrained: list[float], number: float
) -> None:
    goal = parse_goal(f"> {number!r}")
    assert not separation(goal, [value * number for value in trained], untrained).wide


@given(
    sign=st.sampled_from(["<", "<=", ">", ">="]),
    trained=st.lists(st.floats(0.9, 1.1), min_size=2, max_size=8),
    untrained=st.lists(st.floats(0.9, 1.1), min_size=3, max_size=3),
    ratio=st.floats(3, 1000),
    number=st.floats(1e-3, 1e3),
)
@example(sign=">", trained=[1.1, 0.9], untrained=[1.0, 1.0, 1.0], ratio=700.0, number=1.0)
def test_suggested_goal_is_accepted(
    sign: str, trained: list[float], untrained: list[float], ratio: float, number: float
) -> None:
    factor = ratio if sign.startswith("<") else 1 / ratio
    untrained = [value * factor for value in untrained]
    goal = parse_goal(f"{sign} {number!r}")
    text = suggest(goal, trained, untrained)
    if text:
        goal = parse_goal(text)
        assert all(holds(goal, value) for value in trained)
        assert separation(goal, trained, untrained).wide
    assert text or ratio < 10


def test_suggest_needs_enough_runs() -> None:
    goal = parse_goal("< 1")
    assert suggest(goal, [0.1, 0.2], [5.0], needed=3) == ""
    assert suggest(goal, [], [5.0]) == suggest(goal, [0.1], []) == ""
    assert suggest(goal, [0.1, 0.11, 0.1, 7.0], [5.0], needed=3) == "< 0.7"


def test_margin_of_equal_trained_runs_is_infinite() -> None:
    separated = separation(parse_goal("< 1"), [0.5, 0.5, 0.5], [4.0, 5.0])
    assert separated.margin == math.inf
    assert separated.wide


@pytest.mark.parametrize(("untrained", "wide"), [([3.0], True), ([4.0], False)])
def test_exact_goal_is_separated_by_the_gap_alone(untrained: list[float], wide: bool) -> None:  # noqa: FBT001
    assert separation(parse_goal("== 4"), [4.0, 4.0], untrained).wide == wide
