"""Positions of everything in a chart, in the units of a canvas: pixels of the card or of the SVG.

Both back ends (SVG and PNG) draw from these positions, so that a learning curve has the same layout
in a page and on its social card.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from site_tools.evidence.learning_curve import Points
from site_tools.model.goals import Goal
from site_tools.pages.charts.axis import Axis, axis_for, axis_of_counts
from site_tools.pages.charts.chart_data import ChartData, Group
from site_tools.pages.charts.labels import Box, Obstacles, Point, beside
from site_tools.pages.number_text import readable, tick_name


@dataclass(frozen=True, slots=True)
class CurveCanvas:
    """The measures of a learning curve with its dots; y grows downwards."""

    rising: tuple[float, float]
    """Where the axis of values starts and ends when the metric rises: space for names above."""
    falling: tuple[float, float]
    """The same when the metric falls: space for names below."""
    right: float
    """End of the curve, and of the axis of its counts."""
    dots: tuple[float, float]
    """Left and right end of the space for the dots."""
    radius: float
    """Of a dot."""
    pitch: float
    """Largest distance between the centres of two dots in a row."""
    name_above: float
    """From a point up to the baseline of a name above it; negative."""
    name_below: float
    """From a point down to the baseline of a name below it."""
    name_height: float
    inset: float
    """From the left axis to a name beside it."""
    top: float
    bottom: float
    """Ends of the space for names."""
    above: float
    """Baseline of the row above the chart, for names that have no space in it."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One run."""

    kind: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a chart."""

    kind: str
    text: str
    x: float
    """Left end of its baseline."""
    y: float
    is_above: bool = False
    """Whether it is in the row above the chart."""


@dataclass(frozen=True, slots=True)
class CurveLayout:
    """The positions of a learning curve, its dots, its goal and their names."""

    value_axis: Axis
    count_axis: Axis
    trained: list[Point]
    off: list[Point]
    """Empty when there is no curve with learning off."""
    goal: float
    """y of the line of the goal."""
    names: list[Name]
    dots: list[Dot]


def value_axis(data: ChartData, canvas: CurveCanvas) -> Axis:
    """Return the upright axis, for the metric's values."""
    start, end = canvas.rising if _is_rising(data) else canvas.falling
    return axis_for(data.goal, data.values, start, end)


def curve_layout(
    data: ChartData, canvas: CurveCanvas, *, left: float, measure: Callable[[str], float]
) -> CurveLayout:
    """Lay out a learning curve.

    `left` is the start of the axis of counts; `measure` returns the width of a name.
    """
    upright = value_axis(data, canvas)
    heights = [upright.at(value) for value in data.trained.values]
    across = axis_of_counts(data.trained.updates, heights, left, canvas.right)
    trained, off = (_points(curve, across, upright) for curve in (data.trained, data.off))
    goal, dots = upright.at(data.goal.number), _dots(data.groups, upright, canvas)
    lines = {"trained": trained, "off": off, "goal": [(left, goal), (canvas.dots[1], goal)]}
    names = _names(data, lines, dots, canvas, measure)
    return CurveLayout(upright, across, trained, off, goal, names, dots)


def goal_name(goal: Goal, measure: Callable[[str], float], most: float) -> str:
    """Return the name of a goal's line: the digits of the author, where there is space for them."""
    names = [
        f"goal {readable(goal.digits)}",
        f"goal ≈ {readable(f'{goal.number:.3g}')}",
        f"goal ≈ {tick_name(f'{goal.number:.0e}')}",
    ]
    return next((name for name in names if measure(name) <= most), names[-1])


def _names(
    data: ChartData,
    lines: dict[str, list[Point]],
    dots: Sequence[Dot],
    canvas: CurveCanvas,
    measure: Callable[[str], float],
) -> list[Name]:
    """Place the names of all lines, or else put them into a row above the chart.

    A name for which there is no space close to its line may be a line of text further away from it,
    and beside the dots.
    """
    left, right = lines["goal"][0][0], canvas.dots[1]
    radius, rising = canvas.radius, _is_rising(data)
    sides = [canvas.name_above, canvas.name_below][:: 1 if rising else -1]
    further = [side + math.copysign(canvas.name_height, side) for side in sides]
    taken = [Box(d.x - radius, d.y - radius, d.x + radius, d.y + radius) for d in dots]
    space = Box(left, canvas.top, right, canvas.bottom)
    names, edge = [], 0.0
    texts = {"trained": "trained", "off": "learning off"}
    texts["goal"] = goal_name(data.goal, measure, (right - left) / 2)
    for kind in [kind for kind in texts if lines[kind]]:
        width = measure(texts[kind])
        ends = (left + canvas.inset, right if kind == "goal" else canvas.right)
        obstacles = Obstacles(space, tuple(map(tuple, lines.values())), tuple(taken))
        tried = chain(
            beside(lines[kind], width, ends, sides if kind != "goal" else sides[::-1]),
            beside(lines[kind], width, (ends[0], right), further),
        )
        fits = ((x, y) for x, y in tried if obstacles.leave(_box(x, y, width, canvas)))
        place = next(fits, None)
        if place:
            taken.append(_box(*place, width, canvas))
        names.append(Name(kind, texts[kind], *(place or (edge, canvas.above)), place is None))
        edge += 0 if place else width + canvas.name_height
    return names


def _box(x: float, y: float, width: float, canvas: CurveCanvas) -> Box:
    """Return the space of a name whose baseline begins at a point."""
    height = canvas.name_height
    return Box(x, y - 0.85 * height, x + width, y + 0.25 * height)


def _is_rising(data: ChartData) -> bool:
    return data.trained.values[-1] > data.trained.values[0]


def _points(curve: Points, across: Axis, upright: Axis) -> list[Point]:
    pairs = zip(curve.updates, curve.values, strict=True)
    return [(across.at(count), upright.at(value)) for count, value in pairs]


def _dots(groups: Sequence[Group], upright: Axis, canvas: CurveCanvas) -> list[Dot]:
    stacked, columns = stack(groups, upright, 2 * canvas.radius)
    left, right = canvas.dots
    pitch = min(canvas.pitch, (right - left - 2 * canvas.radius) / max(columns - 1, 1))
    first = left + canvas.radius
    return [Dot(kind, first + column * pitch, y) for kind, y, column in stacked]


def stack(
    groups: Sequence[Group], axis: Axis, width: float
) -> tuple[list[tuple[str, float, int]], int]:
    """Stack the dots of runs that would touch; `width` is the space that a dot needs on the axis.

    Returns the kind, the position on the axis and the level of each dot, and the number of levels.
    """
    placed: list[tuple[str, float, int]] = []
    for group in groups:
        for value in group.values:
            position = axis.at(value)
            taken = {level for _, other, level in placed if abs(other - position) < width}
            level = next(level for level in range(len(taken) + 1) if level not in taken)
            placed.append((group.kind, position, level))
    return placed, 1 + max((level for _, _, level in placed), default=0)
