"""Learning curves, on invented looks: which part of a run is shown, and that nothing judges it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_tools.evidence.learning_curve import FEWEST, Curve, curve_of
from site_tools.evidence.verdict import judge
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.goals import parse_goal
from site_tools.model.run import Failure, Run, Stretch
from site_tools.model.source import Place
from site_tools.pages.charts.learning_curve_svg import curve_plot
from tests.support.runs import CLAIM, FALLING, a_post, a_run, runs, seen, stretch, verdict


def curve(found: dict[Condition, Run]) -> Curve:
    result = curve_of(CLAIM, found)
    assert isinstance(result, Curve), result
    return result


def test_curve_is_what_was_seen() -> None:
    shown = curve(seen((stretch(FALLING),), (stretch([9.0] * 10),)))
    assert shown.trained.values == FALLING
    assert shown.trained.updates == tuple(range(0, 100, 10))
    assert set(shown.off.values) == {9.0}
    assert shown.unit == "updates"


def test_what_trains_something_else_is_left_out() -> None:
    before, after = stretch([9.0] * 5, 1), stretch([0.5] * 5, 3)
    off = tuple(stretch([9.0] * 5, statement) for statement in (1, 2, 3))
    shown = curve(seen((before, stretch(FALLING, 2), after), off))
    assert shown.trained.values == FALLING
    assert len(shown.off.values) == 5


def test_training_goes_on_in_another_loop() -> None:
    shown = curve(seen((stretch(FALLING, 1), stretch((0.5, 0.4, 0.3), 2))))
    assert shown.trained.values == (*FALLING, 0.4, 0.3)
    assert shown.trained.updates[-3:] == (90, 100, 110)


def test_training_begins_anew() -> None:
    shown = curve(seen((stretch((8.0, 5.0, 2.0), 1), stretch(FALLING, 2))))
    assert shown.trained.values == FALLING


def test_control_that_goes_on_for_longer_is_cut() -> None:
    shown = curve(seen((stretch(FALLING),), (stretch([9.0] * 20),)))
    assert shown.off.updates[-1] == shown.trained.updates[-1]


@pytest.mark.parametrize(
    ("looks", "reason"),
    [
        ("raises NameError: x", "`loss` raises NameError: x"),
        ((stretch(FALLING[: FEWEST - 1]),), "`loss` gives 7 numbers only while"),
        ((stretch([9.0] * 10),), "`loss` does not change while"),
        ((), "`loss` does not change while"),
    ],
)
def test_no_curve(looks: tuple[Stretch, ...] | str, reason: str) -> None:
    assert reason in str(curve_of(CLAIM, seen(looks)))


def test_no_curve_of_another_program() -> None:
    found = seen((stretch(FALLING),))
    found[PUBLISHED] = a_run(0.1 + 1e-6)
    assert "changes the program" in str(curve_of(CLAIM, found))


def test_no_curve_of_a_run_that_failed() -> None:
    found = seen((stretch(FALLING),))
    condition = CLAIM.condition("curve")
    found[condition] = replace(found[condition], failure=Failure(1, 2, "it raised."))
    assert curve_of(CLAIM, found) == "it raised."


VALUES = st.floats(-1e6, 1e6)
LOOKS = st.one_of(
    st.text(max_size=5),
    st.lists(st.lists(VALUES, min_size=1, max_size=12).map(stretch), max_size=3).map(tuple),
)


@settings(deadline=None)  # another test may have the processor
@given(
    trained=LOOKS,
    off=LOOKS,
    ends=st.sampled_from([0.1, 99.0]),
    seeds=st.lists(st.floats(1e-3, 1e3), min_size=8, max_size=8),
)
def test_no_curve_changes_a_verdict(
    trained: tuple[Stretch, ...] | str,
    off: tuple[Stretch, ...] | str,
    ends: float,
    seeds: list[float],
) -> None:
    found = runs(CLAIM, seeds=dict(enumerate(seeds, 1)))
    alone = verdict(CLAIM, found)
    found[CLAIM.condition("curve")] = replace(a_run(ends), looks={"loss": trained})
    found[CLAIM.condition("flat")] = replace(a_run(ends), looks={"loss": off})
    assert replace(judge(a_post(CLAIM), found).verdicts[0], curve=alone.curve) == alone


def test_picture_tells_its_story() -> None:
    found = verdict(CLAIM, seen((stretch(FALLING),), (stretch([9.0] * 10),)))
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
def test_any_curve_can_be_drawn(goal: str, trained: list[float], off: list[float]) -> None:
    """Whatever was measured, every point stands inside of the picture."""
    claim = replace(CLAIM, goal=parse_goal(goal), place=Place("posts/a.md", 1))
    result = verdict(claim, seen((stretch(trained),), (stretch(off),) if off else "", claim))
    if not isinstance(result.curve, Curve):
        assert len(set(trained)) == 1
        return
    picture = curve_plot(result, result.curve)
    paths = re.findall(r'<path class="(?:off|trained)" d="M([^"]*)"', picture)
    points = [point.split() for path in paths for point in path.split("L")]
    assert all(0 <= float(x) <= 300 and 0 <= float(y) <= 208 for x, y in points)
