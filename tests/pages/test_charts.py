"""Charts of any data: no name touches another, none is crossed by a line, none is cut off."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib as mpl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFont

from site_tools.evidence.learning_curve import Curve, Points
from site_tools.evidence.verdict import Trial, Verdict
from site_tools.model.claim import Condition
from site_tools.model.goals import Goal, holds
from site_tools.model.run import Trace
from site_tools.pages.charts.axis import axis_for, axis_of_counts
from site_tools.pages.charts.labels import Box
from site_tools.pages.charts.learning_curve_svg import curve_plot
from site_tools.pages.charts.strip_plot import strip_plot
from site_tools.pages.charts.variant_chart import VariantChart
from tests.support.runs import CLAIM, a_run

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
SIZE = 12.4
"""As in the style sheet."""


@cache
def font(*, bold: bool) -> ImageFont.FreeTypeFont:
    """Return the widest font of the style sheet's list."""
    return ImageFont.truetype(FONTS / f"DejaVuSans{'-Bold' if bold else ''}.ttf", 100)


def boxes_of(chart: ET.Element) -> list[tuple[str, Box]]:
    """Return where each text is drawn, its ink only."""
    found = []
    for text in chart.iter("text"):
        kinds = text.get("class", "").split()
        bold = bool({"trained", "off", "shuffled", "goal"} & set(kinds))
        face, words = font(bold=bold), text.text or ""
        _, top, _, bottom = (n * SIZE / 100 for n in face.getbbox(words, anchor="ls"))
        width = face.getlength(words) * SIZE / 100
        share = 0.0 if "start" in kinds else 1.0 if "end" in kinds else 0.5
        x, y = float(text.get("x", 0)), float(text.get("y", 0))
        box = Box(x - share * width, y + top, x + (1 - share) * width, y + bottom)
        found.append((f"{text.get('class')} {words}", box))
    return found


def lines_of(chart: ET.Element) -> list[list[tuple[float, float]]]:
    """Return the curves and the lines of goals."""
    found = []
    for line in chart.iter("line"):
        if line.get("class") == "goal":
            x1, x2, y1, y2 = (float(line.get(name, 0)) for name in ("x1", "x2", "y1", "y2"))
            found.append([(x1, y1), (x2, y2)])
    for path in chart.iter("path"):
        points, x, y = [], 0.0, 0.0
        for command, numbers in re.findall(r"([MLHl])([^MLHl]*)", path.get("d", "")):
            if path.get("class") == "axis":
                break
            values = [float(number) for number in numbers.split()]
            if command == "l":
                values = [x + values[0], y + values[1]]
            x, y = (values[0], values[-1] if command != "H" else y)
            points.append((x, y))
        found.append(points)
    return found


def faults_of(svg: str) -> list[str]:
    chart = ET.fromstring(svg)  # noqa: S314  our own
    left, top, width, height = map(float, chart.get("viewBox", "").split())
    picture = Box(left, top, left + width, top + height)
    boxes = boxes_of(chart)
    faults = [f"{name} is cut off" for name, box in boxes if not picture.holds(box)]
    faults += [f"{a} on {b}" for (a, one), (b, two) in combinations(boxes, 2) if one.meets(two)]
    for name, box in boxes:
        for line in lines_of(chart):
            if any(box.is_crossed(*pair) for pair in pairwise(line)):
                faults.append(f"{name} is crossed")
    return faults


SPECIAL = [0.0, 1.0, -1.0, 1e-300, 1e300, -1e300, 5e-324, 1.7e308, -1.7e308, 0.5, 1 - 1e-16, 1e-9]
ANY = st.sampled_from(SPECIAL) | st.floats(allow_nan=False, allow_infinity=False)
SHARES = st.sampled_from([0.0, 1.0, 0.01, 0.99]) | st.floats(0, 1)
LOSSES = st.floats(1e-12, 1e4) | st.sampled_from([1e-300, 1e-9, 1e300])
CLOSE = st.floats(1, 1 + 1e-9)


@st.composite
def verdicts(draw: st.DrawFn) -> tuple[Verdict, Curve]:
    """Return runs and a curve of one kind of numbers."""
    numbers = draw(st.sampled_from([ANY, SHARES, LOSSES, CLOSE]))
    sign, number = draw(st.sampled_from(["<", "<=", ">", ">=", "=="])), draw(numbers)
    digits = draw(st.sampled_from([f"{number:.3g}", repr(number), f"{number:.40f}"[:60]]))
    goal = Goal(sign, number, digits)

    def trials(kind: str, most: int, least: int = 0) -> tuple[Trial, ...]:
        values = draw(st.lists(numbers, min_size=least, max_size=most))
        condition = Condition(kind, 1)  # type: ignore[arg-type]
        return tuple(Trial(condition, v, None, holds(goal, v), Trace()) for v in values)

    seeds = trials("seed", 30, 1)
    controls = (*trials("control", 3), *trials("shuffle", 3))
    counts = sorted(draw(st.sets(st.integers(1, 10**9), min_size=1, max_size=30)))

    def points(size: int) -> Points:
        values = draw(st.lists(numbers, min_size=size, max_size=size))
        return Points((0, *counts)[:size], tuple(values))

    off = draw(st.sampled_from([0, len(counts) + 1]))
    curve = Curve(
        "loss", draw(st.sampled_from(["updates", "rounds"])), points(len(counts) + 1), points(off)
    )
    claim = replace(CLAIM, goal=goal)
    return Verdict(claim, "accepted", seeds[0], seeds=seeds, controls=controls), curve


@settings(max_examples=100, deadline=None, derandomize=True)
@given(verdicts())
def test_names_are_readable_for_any_data(drawn: tuple[Verdict, Curve]) -> None:
    verdict, curve = drawn
    assert faults_of(strip_plot(verdict)) == []
    assert faults_of(curve_plot(verdict, curve)) == []


@pytest.mark.parametrize("sign", [">", "<"])
@pytest.mark.parametrize("last", [0.5, 0.92, 0.95])
def test_name_of_the_goal_is_not_crossed_by_the_whole_program(sign: str, last: float) -> None:
    """The line crosses the goal below, or above, the right end of the goal's line."""
    rises = (0.1, 0.2, 0.6, 0.9, last, last + 0.03)
    values = rises if sign == ">" else tuple(1 - value for value in rises)
    number = 0.93 if sign == ">" else 0.07
    claim, updates = replace(CLAIM, goal=Goal(sign, number, f"{number}")), (0, 10, 40, 80, 160, 200)
    own = Points(updates, values)
    chart = VariantChart(
        claim,
        a_run(values[-1]),
        [own],
        axis_of_counts(updates, values, 58, 386),
        axis_for(claim.goal, values, 160, 36),
    )
    assert faults_of(chart.svg) == []


def test_name_that_has_no_space_close_to_its_line_stays_near_it() -> None:
    """The curve passes where the name would be, close above the line at the bottom."""
    goal, trained, off = (
        Goal(">", 0.85, "0.85"),
        (0.95, 0.97, 0.96, 0.95, 0.95, 0.97, 0.95, 0.95),
        (0.14, 0.11, 0.1),
    )
    seeds = tuple(Trial(Condition("seed", 1), v, None, True, Trace()) for v in trained)  # noqa: FBT003
    ends = tuple(Trial(Condition("control", 1), v, None, False, Trace()) for v in off)  # noqa: FBT003
    verdict = Verdict(replace(CLAIM, goal=goal), "accepted", seeds[0], seeds=seeds, controls=ends)
    counts = (
        0,
        1,
        2,
        3,
        4,
        6,
        9,
        13,
        18,
        26,
        38,
        54,
        78,
        113,
        162,
        233,
        255,
        335,
        482,
        511,
        693,
        766,
    )
    shares = (
        0.11,
        0.11,
        0.11,
        0.11,
        0.14,
        0.13,
        0.19,
        0.2,
        0.27,
        0.33,
        0.2,
        0.54,
        0.6,
        0.76,
        0.82,
        0.9,
        0.92,
        0.93,
        0.94,
        0.95,
        0.96,
        0.95,
    )
    own = Points(counts, shares)
    curve = Curve("loss", "updates", own, Points((0, 766), (0.11, 0.11)))
    chart = curve_plot(verdict, curve)
    found = boxes_of(ET.fromstring(chart))  # noqa: S314  our own
    top = {
        name: box.top for kind, box in found for name in ("off", "goal", "trained") if name in kind
    }
    assert faults_of(chart) == []
    assert top["off"] > top["goal"] > top["trained"]


@pytest.mark.parametrize(("value", "name"), [(0.0, "0"), (1.0, "1")])
def test_end_of_a_logit_axis_has_a_tick_of_its_own(value: float, name: str) -> None:
    """An axis of logits never comes to 0 or 1: they are beyond a break, and named."""
    goal = Goal(">", 0.02, "0.02")
    trials = [Trial(Condition("seed", 1), v, None, True, Trace()) for v in (0.01, 0.1, 0.9)]  # noqa: FBT003
    ends = (Trial(Condition("control", 1), value, None, False, Trace()),)  # noqa: FBT003
    claim = replace(CLAIM, goal=goal)
    verdict = Verdict(claim, "accepted", trials[0], seeds=tuple(trials), controls=ends)
    chart = ET.fromstring(strip_plot(verdict))  # noqa: S314  our own
    ticks = {t.text: float(t.get("x", 0)) for t in chart.iter("text") if t.get("class") == "tick"}
    (dot,) = (float(c.get("cx", 0)) for c in chart.iter("circle") if c.get("class") == "off")
    assert ticks[name] == pytest.approx(dot, abs=1)
    assert all(abs(x - dot) > 10 for text, x in ticks.items() if text != name)
