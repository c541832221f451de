"""Shares of few examples, against their definitions and against scipy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_tools.evidence.counted_answers import MOST_COUNTED, chance_to_miss
from site_tools.evidence.judge import judge
from site_tools.evidence.run_table import table
from site_tools.evidence.statistics import MARGIN
from site_tools.model.claim import Claim, Condition
from site_tools.model.goals import parse_goal
from site_tools.model.run import Run
from tests.support.runs import CLAIM, a_post, runs, verdict

OF_40 = [39, 36, 37, 39, 40, 39, 36, 39]
"""Right answers of the starts of a small network, of 40 each."""


def shares(right: list[int], count: int) -> list[float]:
    return [number / count for number in right]


@pytest.mark.parametrize(
    ("goal", "needed"), [("> 0.83", 34), ("> 0.85", 35), (">= 0.85", 34), ("> 0.975", 40)]
)
def test_chance_to_miss_agrees_with_scipy(goal: str, needed: int) -> None:
    from scipy.stats import binom

    found = chance_to_miss(parse_goal(goal), shares(OF_40, 40))
    assert found == pytest.approx(binom.cdf(needed - 1, 40, sum(OF_40) / 320))


def test_chance_to_miss_is_the_same_for_an_error_rate() -> None:
    errors = [1 - value for value in shares(OF_40, 40)]
    accuracy = chance_to_miss(parse_goal("> 0.83"), shares(OF_40, 40))
    assert chance_to_miss(parse_goal("< 0.17"), errors) == pytest.approx(accuracy)


@pytest.mark.parametrize(
    ("goal", "trained"),
    [
        ("> 0.83", shares([40, 40, 40, 28, 39, 40, 38, 40], 40)),
        ("> 0.83", [0.9731, 0.95117, 0.96341, 0.98765]),
        ("> 0.83", shares([MOST_COUNTED - k for k in range(5)], MOST_COUNTED + 1)),
        ("== 1", shares(OF_40, 40)),
        ("> 0.83", []),
    ],
    ids=["one start is stuck", "no shares", "many examples", "an exact goal", "no trials"],
)
def test_chance_to_miss_is_unknown(goal: str, trained: list[float]) -> None:
    assert chance_to_miss(parse_goal(goal), trained) is None


def of_shares(goal: str, right: list[int]) -> tuple[Claim, dict[Condition, Run]]:
    """Return a claim on 40 examples, and its runs: so many are right from each start."""
    claim = replace(CLAIM, goal=parse_goal(goal))
    seeds = dict(enumerate(shares(right, 40), start=1))
    return claim, runs(claim, published=39 / 40, seeds=seeds, controls={1: 0.5, 2: 0.675, 3: 0.5})


@pytest.mark.parametrize(
    ("goal", "right", "accepted"),
    [
        ("> 0.83", OF_40, True),
        ("> 0.86", OF_40, False),
        ("> 0.83", [35, 36, 37, 36, 35, 37, 36, 34], False),
    ],
)
def test_share_of_few_examples_is_judged_by_its_wrong_answers(
    goal: str, right: list[int], *, accepted: bool
) -> None:
    claim, found = of_shares(goal, right)
    judged = verdict(claim, found)
    assert judged.separation is not None
    assert judged.separation.margin < MARGIN
    assert judged.accepted is accepted


def test_table_says_what_makes_a_small_margin_enough() -> None:
    claim, found = of_shares("> 0.83", OF_40)
    lines = "\n".join(table(judge(a_post(claim), found)))
    assert "(≥ 4 sd, or at most 1% of starts miss the goal by chance)" in lines
