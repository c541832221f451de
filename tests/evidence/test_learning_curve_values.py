"""Which segments of a run a learning curve joins, and at which updates, as numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_tools.evidence.learning_curve import FEWEST, JUMP, Curve, Points, curve_of
from site_tools.model.claim import Claim
from site_tools.model.run import Failure, Segment
from tests.support.runs import CLAIM, FALLING, a_run, runs, sampled, segment

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
    found[condition] = replace(found[condition], looks={"other": (segment(FALLING),)})
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
    found[claim.condition("curve")] = replace(a_run(0.1), looks={"loss": (segment(FALLING),)})
    assert "`held_out`" in str(curve_of(claim, found))
