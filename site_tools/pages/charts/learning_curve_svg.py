"""How a network learns as a picture: its number over the updates, trained and with learning off.

Beside the curve stands every run of the experiment as a dot, on the same axis; the goal runs
through both. SVG whose colours come from the page's style sheet, as in the strip plot.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from site_tools.evidence.learning_curve import Curve, Points
from site_tools.evidence.verdict import Verdict
from site_tools.model.goals import Goal, holds, in_words, show
from site_tools.pages.charts.axis import Axis, axis_for, axis_of_counts, ticks, ticks_of_counts
from site_tools.pages.charts.strip_plot import dots_in_words, groups_of, stacked

_WIDTH, _HEIGHT = 300, 208
_TOP, _BASE = 6, 172
_ROOM = 19
"""Room for a name beyond the end of the curve."""
_DOTS, _GAP = 70, 8
"""The width of the part where the dots are, and how far it is from the curve."""
_RADIUS, _ROW = 3.3, 7.4
_LETTER, _LINE = 6.8, 14
"""About the width of a letter; the height of a line of text."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things stand."""

    curve: Curve
    goal: Goal
    upright: Axis
    across: Axis

    @property
    def is_up(self) -> bool:
        """Return whether learning leads upwards."""
        first, last = self.curve.trained.values[0], self.curve.trained.values[-1]
        return self.upright.at(last) < self.upright.at(first)

    def places(self, points: Points) -> list[tuple[float, float]]:
        """Return where points are drawn, in pixels."""
        pairs = zip(points.updates, points.values, strict=True)
        return [(self.across.at(count), self.upright.at(value)) for count, value in pairs]


def curve_plot(verdict: Verdict, curve: Curve) -> str:
    """Return the picture as inline SVG, with a text for readers who cannot see it."""
    frame = _frame(verdict, curve)
    parts = [*_axes(frame), *_lines(frame), *_dots(verdict, frame), *_names(frame)]
    label = html.escape(in_sentences(verdict, frame), quote=True)
    opening = f'<svg class="learning-curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
    return f'{opening} aria-label="{label}">{"".join(parts)}</svg>'


def _frame(verdict: Verdict, curve: Curve) -> _Frame:
    goal = verdict.claim.goal
    runs = [value for group in groups_of(verdict) for value in group.values]
    values = [*runs, *curve.trained.values, *curve.off.values]
    upright = axis_for(goal, values, _BASE, _TOP)
    is_up = upright.at(curve.trained.values[-1]) < upright.at(curve.trained.values[0])
    start, end = (_BASE - 6, _TOP + _ROOM) if is_up else (_BASE - _ROOM, _TOP)
    upright = axis_for(goal, values, start, end)
    left = 8 + _LETTER * max((len(f"{value:g}") for value in _apart(upright)), default=0)
    right = _WIDTH - _DOTS - _GAP
    places = list(map(upright.at, curve.trained.values))
    return _Frame(curve, goal, upright, axis_of_counts(curve.trained.updates, places, left, right))


def _apart(upright: Axis) -> list[float]:
    """Return the values to name at the side, without those that would touch."""
    chosen: list[float] = []
    for value in ticks(upright):
        if not chosen or upright.at(chosen[-1]) - upright.at(value) > _LINE + 2:
            chosen.append(value)
    return chosen


def _axes(frame: _Frame) -> Iterator[str]:
    left, right = frame.across.start, frame.across.end
    marks = [f"M{left:.1f} {_TOP}V{_BASE}H{right:.1f}"]
    for value in _apart(frame.upright):
        place = frame.upright.at(value)
        marks.append(f"M{left:.1f} {place:.1f}h-4")
        yield _text(f"{value:g}", left - 7, place + 4, "end")
    named = ticks_of_counts(frame.across, _LETTER)
    for place, name in named:
        marks.append(f"M{place:.1f} {_BASE}v4")
        yield _text(name, min(place, right - len(name) * _LETTER / 2), _BASE + 17)
    total = f"{frame.curve.trained.updates[-1]:,}"
    title = frame.curve.unit if named[-1][1] == total else f"{frame.curve.unit}, {total} in all"
    yield _text(title, (left + right) / 2, _BASE + 32)
    yield _text("every run", _WIDTH - _DOTS / 2, _BASE + 32)
    yield f'<path class="axis" d="{"".join(marks)}"/>'


def _lines(frame: _Frame) -> Iterator[str]:
    target = frame.upright.at(frame.goal.number)
    yield f'<path class="goal" d="M{frame.across.start:.1f} {target:.1f}H{_WIDTH}"/>'
    for kind, points in (("off", frame.curve.off), ("trained", frame.curve.trained)):
        if points.values:
            yield f'<path class="{kind}" d="{_path(frame.places(points))}"/>'


def _path(places: Sequence[tuple[float, float]]) -> str:
    """Return a line through places, without those in the middle of a level part."""
    rounded = [(f"{x:.1f}", f"{y:.1f}") for x, y in places]
    kept = [
        place
        for i, place in enumerate(rounded)
        if len({y for _, y in rounded[max(i - 1, 0) : i + 2]}) > 1 or i in {0, len(rounded) - 1}
    ]
    return "M" + "L".join(f"{x} {y}" for x, y in kept)


def _dots(verdict: Verdict, frame: _Frame) -> Iterator[str]:
    placed, rows = stacked(groups_of(verdict), frame.upright, 2 * _RADIUS)
    pitch = min(_ROW, (_DOTS - 2 * _RADIUS) / max(rows - 1, 1))
    first = _WIDTH - _DOTS + _RADIUS
    for kind, place, row in placed:
        x = f"{first + row * pitch:.1f}"
        yield f'<circle class="{kind}" cx="{x}" cy="{place:.1f}" r="{_RADIUS}"/>'


def _names(frame: _Frame) -> Iterator[str]:
    """Name the lines where there is room: the goal above the side from which it is reached."""
    left, right = frame.across.start, frame.across.end
    below, above = _LINE, -6
    beside, opposite = (above, below) if frame.is_up else (below, above)
    trained = frame.places(frame.curve.trained)
    target = frame.upright.at(frame.goal.number)
    yield _text(f"goal {frame.goal.digits}", _WIDTH, target + opposite, "end goal")
    yield _text("trained", right, trained[-1][1] + beside, "end trained")
    if frame.curve.off.values:
        name = "learning off"
        place = frame.places(frame.curve.off)[-1][1] + beside
        width = len(name) * _LETTER
        ends = [(right - width, right), (left + 4, left + 4 + width)]
        free = (end for end in ends if is_free(trained, *end, place, _LINE))
        yield _text(name, next(free, ends[0])[0], place, "start off")


def is_free(
    line: Iterable[tuple[float, float]], left: float, right: float, base: float, height: float
) -> bool:
    """Return whether a line stays clear of a text between two places, on a base and of a height."""
    return not any(
        left - 4 < x < right + 4 and base - height < y < base + height / 3 for x, y in line
    )


def in_sentences(verdict: Verdict, frame: _Frame) -> str:
    """Return what the picture shows, in words."""
    goal, curve = verdict.claim.goal, frame.curve
    values, last = curve.trained.values, curve.trained.updates[-1]
    first = f"begins at {show(values[0], goal)} and ends at {show(values[-1], goal)}"
    course = f"Over {last:,} {curve.unit} the network's number {first}"
    reached = _reached(curve.trained, goal)
    if reached is not None:
        course += f"; from {curve.unit[:-1]} {reached:,} on it meets the goal, {in_words(goal)}"
    else:
        course += f"; the goal is {in_words(goal)}"
    if curve.off.values:
        low, high = (show(f(curve.off.values), goal) for f in (min, max))
        course += "; with learning off it stays "
        course += f"at {low}" if low == high else f"between {low} and {high}"
    return f"{course}. {dots_in_words(verdict, frame.upright)}"


def _reached(points: Points, goal: Goal) -> int | None:
    """Return from which of the points on all meet the goal, or None."""
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
