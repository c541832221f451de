"""The runs behind a claim as a picture: a dot a run on one axis, and a line for the goal.

SVG whose colours come from the page's style sheet, so it is readable in both schemes.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from site_tools.claims import in_words, show
from site_tools.evidence import Trial, Verdict
from site_tools.inference import Scale, scale_for
from site_tools.post import Goal

_WIDTH, _MARGIN = 320, 18
_RADIUS, _ROW = 4.5, 10.5
_TOP = 34
"""Room for two lines of labels."""
_AXIS_LABELS = 22
_LETTER = 7.2
"""About the width of a letter."""
_FEWEST_TICKS, _MOST_TICKS = 3, 5
_LOGIT_TICKS = [0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999]


@dataclass(frozen=True, slots=True)
class _Group:
    """Runs of one kind."""

    label: str
    kind: str
    """The name in the style sheet: `trained`, `off` or `shuffled`."""
    values: Sequence[float]


def strip_plot(verdict: Verdict) -> str:
    """Return the picture as inline SVG, with a text for readers who cannot see it."""
    groups = _groups(verdict)
    values = [value for group in groups for value in group.values]
    goal = verdict.claim.goal
    scale = _axis_scale(goal, [*values, goal.number])
    x_of = _axis([*values, goal.number], scale)
    dots, rows = _dots(groups, x_of)
    base = _TOP + rows * _ROW + 6
    target = x_of(goal.number)
    parts = [
        f'<line class="axis" x1="10" x2="{_WIDTH - 10}" y1="{base}" y2="{base}"/>',
        *_ticks([*values, goal.number], scale, x_of, base),
        f'<line class="goal" x1="{target:.1f}" x2="{target:.1f}" y1="16" y2="{base}"/>',
        _text(f"goal {goal.digits}", target, 11, "goal"),
        *_labels(groups, x_of),
        *[
            f'<circle class="{kind}" cx="{x:.1f}" cy="{base - 8 - row * _ROW:.1f}" r="{_RADIUS}"/>'
            for kind, x, row in dots
        ],
    ]
    label = html.escape(description(verdict, scale), quote=True)
    size = f'viewBox="0 0 {_WIDTH} {base + _AXIS_LABELS:.0f}"'
    return f'<svg class="strip-plot" {size} role="img" aria-label="{label}">{"".join(parts)}</svg>'


def description(verdict: Verdict, scale: Scale) -> str:
    """Return what the picture shows, in words."""
    goal = verdict.claim.goal
    parts = []
    for group in _groups(verdict):
        low, high = show(min(group.values), goal), show(max(group.values), goal)
        where = f"at {low}" if low == high else f"between {low} and {high}"
        runs = "1 run" if len(group.values) == 1 else f"{len(group.values)} runs"
        kind = {"trained": "trained", "off": "with learning off", "shuffled": "on mixed answers"}
        parts.append(f"{runs} {kind[group.kind]} {where}")
    axis = {"log": " on a logarithmic axis", "logit": " on a logit axis"}.get(scale.name, "")
    return f"Every run as a dot{axis}: {', '.join(parts)}. The goal is {in_words(goal)}."


def _groups(verdict: Verdict) -> list[_Group]:
    groups = [
        _Group("trained", "trained", _values([verdict.published, *verdict.seeds])),
        _Group("learning off", "off", _values(verdict.off)),
        _Group("shuffled", "shuffled", _values(verdict.shuffled)),
    ]
    return [group for group in groups if group.values]


def _values(trials: Iterable[Trial]) -> list[float]:
    return sorted(trial.value for trial in trials if trial.value is not None)


def _axis_scale(goal: Goal, values: Sequence[float]) -> Scale:
    """Return the scale of the verdict, but with every value at its own place."""
    scale = scale_for(goal, values)
    if scale.name == "log":
        return Scale("log", math.log, math.exp)
    if scale.name == "logit":
        edge = min(min(v, 1 - v) for v in values if 0 < v < 1) / 2

        def forward(value: float) -> float:
            share = min(max(value, edge), 1 - edge)
            return math.log(share / (1 - share))

        return Scale("logit", forward, scale.back)
    return scale


def _axis(values: Sequence[float], scale: Scale) -> Callable[[float], float]:
    """Return the function from values to pixels."""
    ends = [scale.forward(value) for value in values]
    low, high = min(ends), max(ends)
    width = (high - low) or 1.0
    return lambda v: _MARGIN + (scale.forward(v) - low) / width * (_WIDTH - 2 * _MARGIN)


def _dots(
    groups: Sequence[_Group], x_of: Callable[[float], float]
) -> tuple[list[tuple[str, float, int]], int]:
    """Stack dots that would touch; return each dot's kind, x and row, and the number of rows."""
    placed: list[tuple[str, float, int]] = []
    for group in groups:
        for value in group.values:
            x = x_of(value)
            taken = {row for _, other, row in placed if abs(other - x) < 2 * _RADIUS + 1.5}
            row = next(row for row in range(len(taken) + 1) if row not in taken)
            placed.append((group.kind, x, row))
    return placed, 1 + max((row for _, _, row in placed), default=0)


def _labels(groups: Sequence[_Group], x_of: Callable[[float], float]) -> list[str]:
    """Write each group's name above it, and move names apart that would touch."""
    middle = {g.kind: x_of(g.values[len(g.values) // 2]) for g in groups}
    ordered = sorted(groups, key=lambda group: middle[group.kind])
    texts, edge = [], 0.0
    for i, group in enumerate(ordered):
        half = len(group.label) * _LETTER / 2
        rest = sum(len(g.label) * _LETTER + 8 for g in ordered[i + 1 :])
        x = min(max(middle[group.kind], edge + half), _WIDTH - half - rest)
        texts.append(_text(group.label, x, 28, group.kind))
        edge = x + half + 8
    return texts


def _ticks(
    values: Sequence[float], scale: Scale, x_of: Callable[[float], float], base: float
) -> list[str]:
    low, high = min(values), max(values)
    parts, edge = [], -math.inf
    for value in _tick_values(low, high, scale):
        x, text = x_of(value), f"{value:g}"
        if x - len(text) * _LETTER / 2 > edge:
            parts.append(
                f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{base}" y2="{base + 4}"/>'
            )
            parts.append(_text(text, x, base + 17, "tick"))
            edge = x + len(text) * _LETTER / 2 + 6
    return parts


def _tick_values(low: float, high: float, scale: Scale) -> list[float]:
    if scale.name == "logit":
        return [tick for tick in _LOGIT_TICKS if low <= tick <= high]
    if scale.name == "log":
        exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for steps in ([1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]):
            ticks = [step * 10.0**e for e in exponents for step in steps]
            inside = [tick for tick in ticks if low <= tick <= high]
            if len(inside) >= _FEWEST_TICKS:
                return inside
    return _linear_ticks(low, high)


def _linear_ticks(low: float, high: float) -> list[float]:
    width = (high - low) or abs(high) or 1.0
    rough = width / _MOST_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 12) + 0.0 for i in range(first, last + 1)]


def _text(text: str, x: float, y: float, kind: str) -> str:
    half = len(text) * _LETTER / 2
    x = min(max(x, half), _WIDTH - half)
    return f'<text class="{kind}" x="{x:.1f}" y="{y:g}">{html.escape(text)}</text>'
