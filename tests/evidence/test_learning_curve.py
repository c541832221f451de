"""Learning curves from invented samples: what is shown, and that no curve changes a verdict."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_tools.evidence.judge import judge
from site_tools.evidence.learning_curve import (
    FEWEST,
    JUMP,
    Curve,
    Points,
    curve_of,
    points_like,
)
from site_tools.model.claim import PUBLISHED, Claim, Condition
from site_tools.model.faults import MetricFault
from site_tools.model.goals import parse_goal
from site_tools.model.run import Failure, Run, Segment
from site_tools.model.source import Place
from site_tools.pages.charts.learning_curve_svg import curve_plot
from tests.support.runs import CLAIM, FALLING, a_post, a_run, runs, sampled, segment, verdict


def curve(found: dict[Condition, Run]) -> Curve:
    result = curve_of(CLAIM, found)
    assert isinstance(result, Curve), result
    return result


def test_curve_of_one_segment_has_its_samples() -> None:
    shown = curve(sampled((segment(FALLING),), (segment([9.0] * 10),)))
    assert shown.trained.values == FALLING
    assert shown.trained.updates == tuple(range(0, 100, 10))
    assert set(shown.off.values) == {9.0}
    assert shown.unit == "updates"


def test_segments_without_change_are_left_out() -> None:
    before, after = segment([9.0] * 5, 1), segment([0.5] * 5, 3)
    off = tuple(segment([9.0] * 5, statement) for statement in (1, 2, 3))
    shown = curve(sampled((before, segment(FALLING, 2), after), off))
    assert shown.trained.values == FALLING
    assert len(shown.off.values) == 5


def test_segment_that_continues_another_is_joined() -> None:
    shown = curve(sampled((segment(FALLING, 1), segment((0.5, 0.4, 0.3), 2))))
    assert shown.trained.values == (*FALLING, 0.4, 0.3)
    assert shown.trained.updates[-3:] == (90, 100, 110)


def test_restarted_segment_replaces_those_before() -> None:
    shown = curve(sampled((segment((8.0, 5.0, 2.0), 1), segment(FALLING, 2))))
    assert shown.trained.values == FALLING


def test_longer_ablated_run_is_cut() -> None:
    shown = curve(sampled((segment(FALLING),), (segment([9.0] * 20),)))
    assert shown.off.updates[-1] == shown.trained.updates[-1]


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (MetricFault("raises", "raises NameError: x"), "`loss` raises NameError: x"),
        ((segment(FALLING[: FEWEST - 1]),), "`loss` gives only 7 numbers while"),
        ((segment([9.0] * 10),), "`loss` does not change while"),
        ((), "`loss` does not change while"),
    ],
)
def test_no_curve_has_a_reason(samples: tuple[Segment, ...] | MetricFault, reason: str) -> None:
    assert reason in str(curve_of(CLAIM, sampled(samples)))


def test_no_curve_when_sampling_changes_the_metric() -> None:
    found = sampled((segment(FALLING),))
    found[PUBLISHED] = a_run(0.1 + 1e-6)
    assert "changes the program" in str(curve_of(CLAIM, found))


def test_no_curve_of_a_failed_run() -> None:
    found = sampled((segment(FALLING),))
    condition = CLAIM.condition("curve")
    found[condition] = replace(found[condition], failure=Failure(1, 2, "it raised."))
    assert curve_of(CLAIM, found) == "it raised."


RAISES = MetricFault("raises", "raises NameError: x")


@pytest.mark.parametrize(
    ("trained", "samples", "failure", "shown"),
    [
        ((segment(FALLING),), (segment([9.0] * 10),), None, (9.0,) * 10),
        ((segment(FALLING),), (segment([9.0] * 10),), Failure(1, 2, "it raised."), ()),
        ((segment(FALLING),), RAISES, None, ()),
        (RAISES, (segment([9.0] * 10),), None, ()),
    ],
)
def test_points_of_a_run_beside_a_curve(
    trained: tuple[Segment, ...] | MetricFault,
    samples: tuple[Segment, ...] | MetricFault,
    failure: Failure | None,
    shown: tuple[float, ...],
) -> None:
    like = replace(a_run(0.1), curves={"loss": trained})
    run = replace(a_run(9.0), curves={"loss": samples}, failure=failure)
    assert points_like(like, run, CLAIM).values == shown


VALUES = st.floats(-1e6, 1e6)
SAMPLES = st.one_of(
    st.text(max_size=5).map(lambda text: MetricFault("raises", text)),
    st.lists(st.lists(VALUES, min_size=1, max_size=12).map(segment), max_size=3).map(tuple),
)


@settings(deadline=None)  # another test may have the processor
@given(
    trained=SAMPLES,
    off=SAMPLES,
    ends=st.sampled_from([0.1, 99.0]),
    seeds=st.lists(st.floats(1e-3, 1e3), min_size=8, max_size=8),
)
def test_no_curve_changes_a_verdict(
    trained: tuple[Segment, ...] | MetricFault,
    off: tuple[Segment, ...] | MetricFault,
    ends: float,
    seeds: list[float],
) -> None:
    found = runs(CLAIM, seeds=dict(enumerate(seeds, 1)))
    alone = verdict(CLAIM, found)
    found[CLAIM.condition("curve")] = replace(a_run(ends), curves={"loss": trained})
    found[CLAIM.condition("flat")] = replace(a_run(ends), curves={"loss": off})
    assert replace(judge(a_post(CLAIM), found).verdicts[0], curve=alone.curve) == alone


def test_curve_plot_describes_itself_in_words() -> None:
    found = verdict(CLAIM, sampled((segment(FALLING),), (segment([9.0] * 10),)))
    assert isinstance(found.curve, Curve)
    picture = curve_plot(found, found.curve)
    assert (
        "Over 90 updates the network&#x27;s number begins at 9 and ends at 0.5; from update 90 on "
        "it meets the goal, below 1; with learning off it stays at 9. Every run as a dot"
    ) in picture
    assert len(picture) < 3_000


@settings(deadline=None)  # another test may have the processor
@given(
    goal=st.sampled_from(["< 1", "> 1", "< 0.5", "> 0.5", "<= 0", "== 3", "> -2"]),
    trained=st.lists(st.floats(0, 1) | VALUES, min_size=FEWEST, max_size=60),
    off=st.lists(VALUES, max_size=60),
)
def test_curve_plot_draws_every_point_inside(
    goal: str, trained: list[float], off: list[float]
) -> None:
    claim = replace(CLAIM, goal=parse_goal(goal), place=Place("posts/a.md", 1))
    result = verdict(claim, sampled((segment(trained),), (segment(off),) if off else (), claim))
    if not isinstance(result.curve, Curve):
        assert len(set(trained)) == 1
        return
    picture = curve_plot(result, result.curve)
    paths = re.findall(r'<path class="(?:off|trained)" d="M([^"]*)"', picture)
    points = [point.split() for path in paths for point in path.split("L")]
    assert all(0 <= float(x) <= 300 and 0 <= float(y) <= 208 for x, y in points)


LEVEL = tuple([9.0] * 10)


def trained(*parts: Segment) -> Points:
    result = curve_of(CLAIM, sampled(parts))
    assert isinstance(result, Curve), result
    return result.trained


def part(statement: int, updates: tuple[int, ...], values: tuple[float, ...]) -> Segment:
    return Segment((statement, 0), updates, values)


def test_no_curve_of_a_run_that_was_not_sampled() -> None:
    assert isinstance(curve_of(CLAIM, runs(CLAIM)), str)


def test_no_curve_of_another_expression() -> None:
    found = sampled((segment(FALLING),))
    condition = CLAIM.condition("curve")
    found[condition] = replace(found[condition], curves={"other": (segment(FALLING),)})
    assert "`loss`" in str(curve_of(CLAIM, found))


def test_curve_of_the_fewest_points() -> None:
    assert trained(segment(FALLING[:FEWEST])).values == FALLING[:FEWEST]


@pytest.mark.parametrize(("excess", "length"), [(0.0, 18), (0.01, 9)])
def test_curve_restarts_after_a_jump(excess: float, length: int) -> None:
    """The first segment ranges over 8, so the second may begin 2 away from its end."""
    first = tuple(float(value) for value in range(9, 0, -1))
    start = 1 + JUMP * 8 + excess
    later = (start, *(value / 10 for value in range(8)))
    points = trained(segment(first, 1), part(2, tuple(range(1, 10)), later))
    assert len(points.values) == length
    assert points.values[-9:] == later


def test_updates_of_a_later_segment_are_added() -> None:
    later = part(2, (0, 1, 2), (0.5, 0.4, 0.3))
    points = trained(segment(FALLING, 1), later)
    assert points.updates == (*range(0, 100, 10), 91, 92)
    assert points.values == (*FALLING, 0.4, 0.3)


def test_three_segments_are_added() -> None:
    parts = part(2, (0, 5), (0.5, 0.4)), part(3, (0, 5), (0.4, 0.3))
    points = trained(segment(FALLING, 1), *parts)
    assert points.updates[-3:] == (90, 95, 100)


def off(*parts: Segment, claim: Claim = CLAIM) -> Points:
    result = curve_of(claim, sampled((segment(FALLING, 1), segment(FALLING[-2:], 2)), parts, claim))
    assert isinstance(result, Curve), result
    return result.off


def test_ablated_curve_is_joined_at_the_places_of_the_trained_one() -> None:
    assert off(segment(LEVEL, 1), segment([9.0, 9.0], 2)).updates == (*range(0, 100, 10), 100)
    assert off(segment([9.0, 9.0], 2)).updates == (90, 100)
    assert off(segment(LEVEL, 3)) == Points()
    assert off() == Points()


def test_ablated_curve_of_a_run_that_failed_is_empty() -> None:
    found = sampled((segment(FALLING),), (segment(LEVEL),))
    flat = CLAIM.condition("flat")
    found[flat] = replace(found[flat], failure=Failure(1, 2, "it raised."))
    result = curve_of(CLAIM, found)
    assert isinstance(result, Curve)
    assert result.off == Points()
    del found[flat]
    assert curve_of(CLAIM, found) == result


def test_unit_is_rounds_where_constants_switch_learning_off() -> None:
    claim = replace(CLAIM, freeze=(), constants=(("lr", 0.0),))
    result = curve_of(claim, sampled((segment(FALLING),), (), claim))
    assert isinstance(result, Curve)
    assert result.unit == "rounds"


def test_curve_has_its_own_expression() -> None:
    claim = replace(CLAIM, curve="held_out")
    found = sampled((segment(FALLING),), (), claim)
    assert isinstance(curve_of(claim, found), Curve)
    found[claim.condition("curve")] = replace(a_run(0.1), curves={"loss": (segment(FALLING),)})
    assert "`held_out`" in str(curve_of(claim, found))
