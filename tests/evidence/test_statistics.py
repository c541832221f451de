"""The statistics of a verdict, against their definitions and against scipy."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from site_tools.evidence.statistics import (
    FALSE_ALARM,
    GAP,
    GOOD_START,
    MARGIN,
    Separation,
    at_least,
    binomial_below,
    quorum,
    repeats,
    same,
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
    from scipy.stats import binomtest

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


@pytest.mark.parametrize(
    ("margin", "gap", "wide"),
    [
        (MARGIN, GAP, True),
        (MARGIN - 1e-9, GAP, False),
        (MARGIN, GAP - 1e-9, False),
        (math.inf, 1.0, True),
        (-math.inf, 1.0, False),
    ],
)
def test_thresholds_themselves_are_wide_enough(margin: float, gap: float, wide: bool) -> None:  # noqa: FBT001
    assert Separation(margin, gap).wide == wide


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


def test_separation_counts_few_examples_alike_near_1_and_near_a_half() -> None:
    """Of 40 examples, controls have 20, 27 and 20 right; that training ends at 1 does no harm."""
    goal, controls = parse_goal("> 0.83"), [0.5, 0.675, 0.5]
    for trained in ([0.95, 0.95], [0.975, 1.0], [1.0, 1.0]):
        assert separation(goal, trained, controls).wide
    separated = separation(goal, [1.0, 1.0], controls)
    assert separated.gap == pytest.approx(0.155 / (1 - 1.675 / 3))
    assert separated.scale == "linear"
    assert not separation(goal, [1.0, 1.0], [0.5, 0.775, 0.5]).wide


@pytest.mark.parametrize(
    ("goal", "untrained", "guess", "gap", "from_guess"),
    [
        ("> 0.75", 0.0, 0.7, 0.05 / 0.25, True),  # labels of ±1 and weights of 0
        ("> 0.75", 0.0, None, 0.75 / 0.95, False),
        ("> 0.75", 0.72, 0.7, 0.03 / 0.23, False),
        ("> 0.75", 0.7, 0.7, 0.05 / 0.25, False),
        ("== 0.75", 0.0, 0.7, 0.75 / 0.95, False),
    ],
)
def test_gap_is_measured_from_a_guess_that_is_nearer_than_untrained_networks(
    goal: str, untrained: float, guess: float | None, gap: float, *, from_guess: bool
) -> None:
    found = separation(parse_goal(goal), [0.95, 0.95], [untrained], guess)
    assert found.gap == pytest.approx(gap)
    assert found.from_guess is from_guess


def test_gap_of_a_loss_from_a_guess_is_the_part_of_its_gain() -> None:
    """By ratio, `< 1.2` is near to 2.1 when training ends at 0.02; but it removes 43 % of it."""
    goal = parse_goal("< 1.2")
    assert separation(goal, [0.02, 0.02], [3.7], 2.1).wide
    assert not separation(goal, [0.02, 0.02], [3.7], 1.3).wide


def test_guess_that_is_no_nearer_by_its_share_changes_nothing() -> None:
    found = separation(parse_goal("> 0.94"), [0.95, 0.95], [0.9], 0.0)
    assert not found.from_guess


def test_suggested_goal_is_as_far_from_a_guess_as_from_controls() -> None:
    goal, guess = parse_goal("> 0.72"), 0.7
    text = suggest(goal, [0.95, 0.95], [0.0], also=((), (guess,)))
    assert separation(parse_goal(text), [0.95, 0.95], [0.0], guess).wide


def test_separation_of_losses_is_by_ratio_alone() -> None:
    """On a plain scale, `< 0.05` would be more than a quarter of the way from 0.07 to 0.001."""
    separated = separation(parse_goal("< 0.05"), [0.001, 0.001], [0.07, 0.07])
    assert (separated.scale, separated.wide) == ("log", False)


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
        ("< 1", [50.0, 1.0, 1.0], [100.0], 2, "< 10"),
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


@pytest.mark.parametrize(
    ("goal", "published", "again", "device", "expected"),
    [
        ("> 0.9", 0.98, 0.98, "cpu", True),
        ("> 0.9", 0.98, 0.9800001, "cpu", False),
        ("> 0.9", 0.98, 0.9800001, "gpu", True),
        ("> 0.9", 0.98, 0.91, "gpu", True),
        ("> 0.9", 0.98, 0.89, "gpu", False),
        ("> 0.9", 0.91, 0.99, "gpu", False),  # further away than the goal
        ("> 0.5", 0.75, 1.0, "gpu", True),  # as far away
        ("< 0.05", 0.01, 0.02, "gpu", True),
        ("== 1", 1.0, 1.0, "gpu", True),
        ("> 0.9", None, 0.98, "gpu", False),
        ("> 0.9", 0.98, None, "gpu", False),
    ],
)
def test_another_run_on_a_gpu_repeats_the_number_within_the_margin(
    goal: str, published: float | None, again: float | None, device: str, *, expected: bool
) -> None:
    assert repeats(published, again, parse_goal(goal), device) is expected
