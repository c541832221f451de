"""The runs of a claim as SVG: one dot per run on one axis, and a line for the goal.

Colours come from the page's style sheet, so that it is readable in both colour schemes.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import partial

from site_tools.evidence.verdict import Verdict
from site_tools.pages.charts import card_canvas
from site_tools.pages.charts.axis import Axis, axis_for, named_ticks
from site_tools.pages.charts.card_canvas import Style
from site_tools.pages.charts.chart_data import Group, groups_of
from site_tools.pages.charts.labels import separated
from site_tools.pages.charts.layout import goal_name, stack
from site_tools.pages.number_text import goal_in_words, shown

_WIDTH, _MARGIN = 300, 18
_RADIUS, _ROW = 4.5, 10.5
_TOP = 34
"""Height of two lines of labels."""
_AXIS_LABELS = 22


def strip_plot(verdict: Verdict) -> str:
    """Return the chart as inline SVG, with a description for readers who cannot see it."""
    groups = groups_of(verdict)
    values = [value for group in groups for value in group.values]
    goal = verdict.claim.goal
    axis = axis_for(goal, values, _MARGIN, _WIDTH - _MARGIN)
    dots, rows = stack(groups, axis, 2 * _RADIUS + 1.5)
    base = _TOP + rows * _ROW + 6
    target = axis.at(goal.number)
    parts = [
        f'<line class="axis" x1="10" x2="{_WIDTH - 10}" y1="{base}" y2="{base}"/>',
        *_ticks(axis, base),
        f'<line class="goal" x1="{target:.1f}" x2="{target:.1f}" y1="34" y2="{base}"/>',
        _text(goal_name(goal, partial(text_width, bold=True), _WIDTH), target, 28, "goal"),
        *_labels(groups, axis),
        *[
            f'<circle class="{kind}" cx="{x:.1f}" cy="{base - 8 - row * _ROW:.1f}" r="{_RADIUS}"/>'
            for kind, x, row in dots
        ],
    ]
    label = html.escape(
        f"{dots_in_words(verdict, axis)} The goal is {goal_in_words(goal)}.", quote=True
    )
    size = f'viewBox="0 0 {_WIDTH} {base + _AXIS_LABELS:.0f}"'
    return f'<svg class="strip-plot" {size} role="img" aria-label="{label}">{"".join(parts)}</svg>'


def dots_in_words(verdict: Verdict, axis: Axis) -> str:
    """Return the range of the runs of each kind, as a sentence."""
    goal = verdict.claim.goal
    parts = []
    for group in groups_of(verdict):
        low, high = shown(min(group.values), goal), shown(max(group.values), goal)
        where = f"at {low}" if low == high else f"between {low} and {high}"
        runs = "1 run" if len(group.values) == 1 else f"{len(group.values)} runs"
        kind = {"trained": "trained", "off": "with learning off", "shuffled": "on mixed answers"}
        parts.append(f"{runs} {kind[group.kind]} {where}")
    scale = {"log": " on a logarithmic axis", "logit": " on a logit axis"}.get(axis.scale.name, "")
    return f"Every run as a dot{scale}: {', '.join(parts)}."


def _labels(groups: Sequence[Group], axis: Axis) -> list[str]:
    """Write the name of each group above it, and separate names that would touch."""
    middle = {g.kind: axis.at(g.values[len(g.values) // 2]) for g in groups}
    ordered = sorted(groups, key=lambda group: middle[group.kind])
    widths = [text_width(group.label, bold=True) for group in ordered]
    texts, edge = [], 0.0
    for i, group in enumerate(ordered):
        half = widths[i] / 2
        rest = sum(width + 8 for width in widths[i + 1 :])
        x = min(max(middle[group.kind], edge + half), _WIDTH - half - rest)
        texts.append(_text(group.label, x, 11, group.kind))
        edge = x + half + 8
    return texts


def _ticks(axis: Axis, base: float) -> list[str]:
    parts = []
    named = [(place, name, text_width(name)) for place, name in named_ticks(axis)]
    for x, middle, name in separated(named, (0, _WIDTH), 3):
        parts.append(f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{base}" y2="{base + 4}"/>')
        parts.append(_text(name, middle, base + 17, "tick"))
    for x in (place + side for place in axis.breaks for side in (-2, 2)):
        ends = f'x1="{x - 2:.1f}" x2="{x + 2:.1f}" y1="{base + 4}" y2="{base - 4}"'
        parts.append(f'<line class="axis" {ends}/>')
    return parts


def text_width(text: str, *, bold: bool = False) -> float:
    """Return the width of a text in the widest of the fonts that a reader may have.

    Those are DejaVu Sans and Verdana. Their letters are wider than Inter's by these factors at
    most, and their digits have one width.
    """
    style, factor = (Style(124, 650), 1.3) if bold else (Style(124, 400), 1.22)
    return factor * card_canvas.text_width(text.replace("1", "0"), style) / 10


def _text(text: str, x: float, y: float, kind: str) -> str:
    half = text_width(text, bold=kind != "tick") / 2
    x = min(max(x, half), _WIDTH - half)
    return f'<text class="{kind}" x="{x:.1f}" y="{y:g}">{html.escape(text)}</text>'
