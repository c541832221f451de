"""The learning curve of a claim as SVG: its metric over the updates, trained and with learning off.

Beside the curve, every run of the experiment is a dot on the same axis; the line of the goal runs
through both. Colours come from the page's style sheet, as in the strip plot.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from site_tools.evidence.learning_curve import Curve, Points
from site_tools.evidence.verdict import Verdict
from site_tools.model.goals import Goal, holds
from site_tools.pages.charts.axis import named_ticks, ticks_of_counts
from site_tools.pages.charts.chart_data import ChartData, chart_data
from site_tools.pages.charts.labels import Point, separated
from site_tools.pages.charts.layout import (
    CurveCanvas,
    CurveLayout,
    curve_layout,
    value_axis,
)
from site_tools.pages.charts.strip_plot import dots_in_words, text_width
from site_tools.pages.number_text import goal_in_words, shown

_WIDTH, _HEIGHT = 300, 208
_TOP, _BASE = 8, 172
_NAME_SPACE = 19
"""Height of the space for a name beyond the end of the curve."""
_DOTS, _GAP = 70, 8
"""Width of the part with the dots, and its distance from the curve."""
_RADIUS = 3.3
_ROW_ABOVE = 18
"""Height of the row for names that have no space in the chart."""
_LETTER, _LINE = 6.8, 14
"""Approximate width of a letter; height of a line of text."""

_CANVAS = CurveCanvas(
    rising=(_BASE - 6, _TOP + _NAME_SPACE),
    falling=(_BASE - _NAME_SPACE, _TOP),
    right=_WIDTH - _DOTS - _GAP,
    dots=(_WIDTH - _DOTS, _WIDTH),
    radius=_RADIUS,
    pitch=7.4,
    name_above=-6,
    name_below=_LINE,
    name_height=_LINE,
    inset=4,
    top=0,
    bottom=_BASE - 2,
    above=-5,
)


def curve_plot(verdict: Verdict, curve: Curve) -> str:
    """Return the chart as inline SVG, with a description for readers who cannot see it."""
    data = chart_data(replace(verdict, curve=curve))
    named = named_ticks(value_axis(data, _CANVAS))
    left = 8 + max((text_width(name) for _, name in named), default=0)
    layout = curve_layout(data, _CANVAS, left=left, measure=partial(text_width, bold=True))
    parts = [
        *_axes(data, layout),
        *_lines(layout),
        *_dots(layout),
        *_names(layout),
    ]
    label = html.escape(_description(verdict, data, layout), quote=True)
    above = _ROW_ABOVE * any(name.is_above for name in layout.names)
    size = f'viewBox="0 {-above} {_WIDTH} {_HEIGHT + above}"'
    opening = f'<svg class="learning-curve" {size} role="img"'
    return f'{opening} aria-label="{label}">{"".join(parts)}</svg>'


def _axes(data: ChartData, layout: CurveLayout) -> Iterator[str]:
    left, right = layout.count_axis.start, layout.count_axis.end
    marks = [f"M{left:.1f} {_TOP}V{_BASE}H{right:.1f}"]
    upright = [(place, name, _LINE) for place, name in named_ticks(layout.value_axis)]
    for y, middle, name in separated(upright, (0, _BASE + 4), 1):
        marks.append(f"M{left:.1f} {y:.1f}h-4")
        yield _text(name, left - 7, middle + 4, "end")
    marks += [f"M{left - 4:.1f} {y + 1:.1f}l8 -4m0 4l-8 4" for y in layout.value_axis.breaks]
    counts = ticks_of_counts(layout.count_axis, _LETTER)
    widths = [(place, name, text_width(name)) for place, name in counts]
    named = separated(widths, (0, _WIDTH - _DOTS), 3)
    for x, middle, name in named:
        marks.append(f"M{x:.1f} {_BASE}v4")
        yield _text(name, middle, _BASE + 17)
    yield from _titles(data, (left + right) / 2, named[-1][2] if named else "")
    yield f'<path class="axis" d="{"".join(marks)}"/>'


def _titles(data: ChartData, middle: float, last: str) -> Iterator[str]:
    """Name what is counted, as fully as there is space, and the dots."""
    total, dots = f"{data.trained.updates[-1]:,}", "every run"
    end = _WIDTH - text_width(dots) - 6
    titles = [data.unit] if last == total else [f"{data.unit}, up to {total}", data.unit]
    title = next((title for title in titles if text_width(title) <= end), "")
    half = text_width(title) / 2
    yield _text(title, min(max(middle, half), end - half), _BASE + 32)
    yield _text(dots, _WIDTH, _BASE + 32, "end")


def _lines(layout: CurveLayout) -> Iterator[str]:
    yield f'<path class="goal" d="M{layout.count_axis.start:.1f} {layout.goal:.1f}H{_WIDTH}"/>'
    for kind, points in (("off", layout.off), ("trained", layout.trained)):
        if points:
            yield f'<path class="{kind}" d="{_path(points)}"/>'


def _path(points: Sequence[Point]) -> str:
    """Return a line through points, without those inside a horizontal segment."""
    rounded = [(f"{x:.1f}", f"{y:.1f}") for x, y in points]
    kept = [
        point
        for i, point in enumerate(rounded)
        if len({y for _, y in rounded[max(i - 1, 0) : i + 2]}) > 1 or i in {0, len(rounded) - 1}
    ]
    return "M" + "L".join(f"{x} {y}" for x, y in kept)


def _dots(layout: CurveLayout) -> Iterator[str]:
    for dot in layout.dots:
        yield f'<circle class="{dot.kind}" cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{_RADIUS}"/>'


def _names(layout: CurveLayout) -> Iterator[str]:
    for name in layout.names:
        if name.kind == "off" or name.is_above:
            yield _text(name.text, name.x, name.y, f"start {name.kind}")
        else:
            end = name.x + text_width(name.text, bold=True)
            yield _text(name.text, end, name.y, f"end {name.kind}")


def _description(verdict: Verdict, data: ChartData, layout: CurveLayout) -> str:
    """Return what the chart shows, in sentences."""
    goal, values = data.goal, data.trained.values
    first = f"begins at {shown(values[0], goal)} and ends at {shown(values[-1], goal)}"
    course = f"Over {data.trained.updates[-1]:,} {data.unit} the network's number {first}"
    reached = _reached(data.trained, goal)
    if reached is not None:
        course += f"; from {data.unit[:-1]} {reached:,} on it meets the goal, {goal_in_words(goal)}"
    else:
        course += f"; the goal is {goal_in_words(goal)}"
    if data.off.values:
        low, high = (shown(f(data.off.values), goal) for f in (min, max))
        course += "; with learning off it stays "
        course += f"at {low}" if low == high else f"between {low} and {high}"
    return f"{course}. {dots_in_words(verdict, layout.value_axis)}"


def _reached(points: Points, goal: Goal) -> int | None:
    """Return the count from which on every point meets the goal, or None."""
    since = None
    for count, value in zip(points.updates, points.values, strict=True):
        if not holds(goal, value):
            since = None
        elif since is None:
            since = count
    return since


def _text(text: str, x: float, y: float, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}">{html.escape(text)}</text>'
