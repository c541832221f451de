"""Positions of everything in a chart, in the units of a canvas: pixels of the card or of the SVG.

Both back ends (SVG and PNG) draw from these positions, so that a learning curve has the same layout
in a page and on its social card.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from site_tools.evidence.learning_curve import Points
from site_tools.pages.charts.axis import Axis, axis_for, axis_of_counts
from site_tools.pages.charts.chart_data import ChartData, Group

Point = tuple[float, float]
"""x to the right, y downwards."""


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


@dataclass(frozen=True, slots=True)
class Dot:
    """One run."""

    kind: str
    x: float
    y: float


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
    goal_name: float
    """y of its name: on the side that the curve does not come from."""
    trained_name: float
    """y of the name at the end of the trained curve."""
    off_name: Point
    """Left end of the baseline of the name of the other curve."""
    dots: list[Dot]


def value_axis(data: ChartData, canvas: CurveCanvas) -> Axis:
    """Return the upright axis, for the metric's values."""
    start, end = canvas.rising if _is_rising(data) else canvas.falling
    return axis_for(data.goal, data.values, start, end)


def curve_layout(
    data: ChartData, canvas: CurveCanvas, *, left: float, off_width: float
) -> CurveLayout:
    """Lay out a learning curve.

    `left` is the start of the axis of counts, and `off_width` the width of the name of the curve
    with learning off.
    """
    upright = value_axis(data, canvas)
    heights = [upright.at(value) for value in data.trained.values]
    across = axis_of_counts(data.trained.updates, heights, left, canvas.right)
    trained, off = (_points(curve, across, upright) for curve in (data.trained, data.off))
    above, below = canvas.name_above, canvas.name_below
    beside, opposite = (above, below) if _is_rising(data) else (below, above)
    goal = upright.at(data.goal.number)
    return CurveLayout(
        upright,
        across,
        trained,
        off,
        goal,
        goal + opposite,
        trained[-1][1] + beside,
        _off_name(trained, off[-1][1] + beside, left, off_width, canvas) if off else (0, 0),
        _dots(data.groups, upright, canvas),
    )


def _is_rising(data: ChartData) -> bool:
    return data.trained.values[-1] > data.trained.values[0]


def _points(curve: Points, across: Axis, upright: Axis) -> list[Point]:
    pairs = zip(curve.updates, curve.values, strict=True)
    return [(across.at(count), upright.at(value)) for count, value in pairs]


def _off_name(
    line: Sequence[Point], y: float, left: float, width: float, canvas: CurveCanvas
) -> Point:
    """Return where a name does not touch a line: at the right end, or else at the left."""
    choices = [canvas.right - width, left + canvas.inset]
    free = (x for x in choices if _is_free(line, x, x + width, y, canvas.name_height))
    return next(free, choices[0]), y


def _is_free(line: Iterable[Point], left: float, right: float, base: float, height: float) -> bool:
    """Return whether a line does not cross a text from `left` to `right` on a baseline."""
    return not any(
        left - 4 < x < right + 4 and base - height < y < base + height / 3 for x, y in line
    )


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
