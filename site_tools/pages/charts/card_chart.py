"""Draw the chart of a claim on its social card: the learning curve, or every run as a dot."""

from __future__ import annotations

from site_tools.pages.charts.axis import Axis, axis_for, named_ticks, ticks_of_counts
from site_tools.pages.charts.card_canvas import (
    WIDTH,
    Ink,
    Pen,
    Style,
    text_width,
)
from site_tools.pages.charts.chart_data import ChartData
from site_tools.pages.charts.labels import separated
from site_tools.pages.charts.layout import (
    CurveCanvas,
    CurveLayout,
    curve_layout,
    goal_name,
    stack,
)

_LEFT, _RIGHT, _BASE = 72, WIDTH - 72, 486
_COLOURS: dict[str, Ink] = {"trained": "trained", "off": "off", "shuffled": "off"}
_NAME_COLOURS: dict[str, Ink] = {"off": "soft", "shuffled": "soft", "goal": "goal"}
_NAMES = {"trained": "trained", "off": "learning off", "shuffled": "shuffled"}
_NAME, _TICK = 25, 21
"""Sizes of text in a chart."""
_DOTS, _GAP, _RADIUS = 206, 30, 8.5
"""Width of the part with the dots, its distance from the curve, and the radius of a dot."""


def draw_chart(pen: Pen, data: ChartData, top: float) -> None:
    """Draw the learning curve, or every run where there is none, below `top`."""
    if data.trained.values:
        _draw_curve(pen, data, top)
    else:
        _draw_strip(pen, data, top)


def _canvas(top: float) -> CurveCanvas:
    return CurveCanvas(
        rising=(_BASE - 12, top + 34),
        falling=(_BASE - 46, top + 8),
        right=_RIGHT - _DOTS - _GAP,
        dots=(_RIGHT - _DOTS, _RIGHT),
        radius=_RADIUS,
        pitch=2 * _RADIUS + 3,
        name_above=-14,
        name_below=33,
        name_height=_NAME,
        inset=6,
        top=top - 4,
        bottom=_BASE - 4,
        above=top - 6,
    )


def _draw_curve(pen: Pen, data: ChartData, top: float) -> None:
    """Draw the learning curve, every run beside it, and the goal through both."""
    layout = curve_layout(
        data, _canvas(top), left=_LEFT, measure=lambda name: text_width(name, _name("trained"))
    )
    _draw_counts(pen, data, layout)
    pen.dashes((_LEFT, layout.goal), (_RIGHT, layout.goal), "goal")
    if layout.off:
        pen.line(layout.off, "off", 4)
    pen.line(layout.trained, "trained", 7)
    for name in layout.names:
        pen.text((name.x + _LEFT * name.is_above, name.y), name.text, _name(name.kind))
    for dot in layout.dots:
        hollow = dot.kind != "trained"
        pen.dot((dot.x, dot.y), _RADIUS, _COLOURS[dot.kind], hollow=hollow)


def _draw_counts(pen: Pen, data: ChartData, layout: CurveLayout) -> None:
    """Draw the axis of updates, with the last count at its end."""
    axis, style = layout.count_axis, Style(_TICK, 450, "soft")
    pen.line([(axis.start, _BASE), (axis.end, _BASE)], "line", 2)
    last = f"{data.trained.updates[-1]:,} {data.unit}"
    pen.text((axis.end, _BASE + 28), last, style, "rs")
    for x, name in ticks_of_counts(axis, 0.7 * _TICK):
        half = text_width(name, style) / 2
        if x + half < axis.end - text_width(last, style) - 20:
            pen.text((max(x - half, _LEFT), _BASE + 28), name, style)
    pen.text((_RIGHT - _DOTS, _BASE + 28), "every run", style)


def _draw_strip(pen: Pen, data: ChartData, top: float) -> None:
    """Draw every run as a dot, and the line of the goal."""
    values = [value for group in data.groups for value in group.values]
    axis = axis_for(data.goal, values, _LEFT + 60, _RIGHT - 60)
    target, radius = axis.at(data.goal.number), 11
    pen.line([(_LEFT, _BASE), (_RIGHT, _BASE)], "line", 2)
    style = Style(_TICK, 450, "soft")
    named = [(place, name, text_width(name, style)) for place, name in named_ticks(axis)]
    for _, middle, name in separated(named, (_LEFT, _RIGHT), 8):
        pen.text((middle, _BASE + 28), name, style, "ms")
    for x in (place + side for place in axis.breaks for side in (-5, 5)):
        pen.line([(x - 4, _BASE + 9), (x + 4, _BASE - 9)], "soft", 2)
    pen.dashes((target, top + 76), (target, _BASE), "goal")
    name = goal_name(data.goal, lambda text: text_width(text, _name("goal")), _RIGHT - _LEFT)
    half = text_width(name, _name("goal")) / 2
    pen.text((min(max(target, _LEFT + half), _RIGHT - half), top + 66), name, _name("goal"), "ms")
    placed, rows = stack(data.groups, axis, 2 * radius + 3)
    pitch = min(2 * radius + 3, (_BASE - top - 90) / rows)
    for kind, place, row in placed:
        y = _BASE - radius - 8 - row * pitch
        pen.dot((place, y), radius, _COLOURS[kind], hollow=kind != "trained")
    _name_groups(pen, data, axis, top + 30)


def _name_groups(pen: Pen, data: ChartData, axis: Axis, y: float) -> None:
    """Write the name of each group above it, separated from the one before."""
    edge = float(_LEFT)
    middle = {group.kind: axis.at(group.values[len(group.values) // 2]) for group in data.groups}
    for kind in sorted(middle, key=middle.__getitem__):
        width = text_width(_NAMES[kind], _name(kind))
        left = min(max(middle[kind] - width / 2, edge), _RIGHT - width)
        pen.text((left, y), _NAMES[kind], _name(kind))
        edge = left + width + 24


def _name(kind: str) -> Style:
    return Style(_NAME, 650, _NAME_COLOURS.get(kind, "trained"))
