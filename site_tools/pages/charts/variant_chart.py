"""The curves of a program and of its variants in one picture: lines to be laid over each other.

The axis spans what the program itself does, from its start to its end, and what is better. A
variant may leave it: its line then runs along the edge.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from site_tools.evidence.learning_curve import Points, points_like
from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.model.claim import Claim
from site_tools.model.run import Run
from site_tools.pages.charts.axis import (
    Axis,
    axis_for,
    axis_of_counts,
    named_ticks,
    ticks_of_counts,
)
from site_tools.pages.charts.labels import Box, Obstacles, beside
from site_tools.pages.number_text import goal_in_words

_WIDTH, _HEIGHT = 400, 220
_LEFT, _RIGHT, _TOP, _BASE = 58, 386, 12, 176
PLOT = f"{_LEFT} {_TOP} {_RIGHT - _LEFT} {_BASE - _TOP}"
"""The part of the picture that has the lines, as a view box."""
_LETTER, _BOLD, _APART = 7, 7.5, 14
"""Width of a letter, of a bold one, and least distance between two names on the upright axis."""


@dataclass(frozen=True)
class VariantChart:
    """The picture of a program's own curves, and the lines of its variants."""

    claim: Claim
    like: Run
    """The program itself from the author's own start: its samples say where all are drawn."""
    trained: Sequence[Points]
    counts: Axis
    values: Axis

    @property
    def svg(self) -> str:
        """Return the picture, with a group into which a script puts the lines of a variant."""
        lines = "".join(f'<path class="trained" d="{self._path(own)}"/>' for own in self.trained)
        label = (
            f"The number of the whole program over its updates, from "
            f"{len(self.trained)} starts; the goal is {goal_in_words(self.claim.goal)}"
        )
        return (
            f'<svg class="learning-curve strike-chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
            f'aria-label="{html.escape(label)}">{self._axes()}'
            f'{self.goal}{lines}<g class="variant"></g>{self._goal_name()}</svg>'
        )

    @property
    def goal(self) -> str:
        """Return the line of the goal."""
        return f'<path class="goal" d="M{_LEFT} {self._height(self.claim.goal.number)}H{_RIGHT}"/>'

    def lines(self, runs: Sequence[Run]) -> list[str]:
        """Return the line of each run that was sampled."""
        found = [points_like(self.like, run, self.claim) for run in runs]
        return [self._path(own) for own in found if len(own.values) > 1]

    def _axes(self) -> str:
        marks, names = [f"M{_LEFT} {_TOP}V{_BASE}H{_RIGHT}"], []
        last = float("inf")
        for place, name in sorted(named_ticks(self.values), reverse=True):
            if last - place >= _APART:
                marks.append(f"M{_LEFT} {place:.0f}h-4")
                names.append(f'<text class="end" x="{_LEFT - 8}" y="{place + 4:.0f}">{name}</text>')
                last = place
        for place, name in ticks_of_counts(self.counts, _LETTER):
            marks.append(f"M{place:.0f} {_BASE}v4")
            names.append(f'<text x="{place:.0f}" y="{_BASE + 18}">{name}</text>')
        unit = "rounds" if self.claim.constants else "updates"
        names.append(f'<text x="{(_LEFT + _RIGHT) / 2:.0f}" y="{_BASE + 36}">{unit}</text>')
        return f'<path class="axis" d="{"".join(marks)}"/>{"".join(names)}'

    def _goal_name(self) -> str:
        """Return the name of the goal's line, where none of the program's own lines crosses it.

        Preferred is the side of the line on which the program does not end.
        """
        name, height = f"goal {self.claim.goal}", self._height(self.claim.goal.number)
        width, line = _BOLD * len(name), ((_LEFT, height), (_RIGHT, height))
        own = (tuple(self._places(points)) for points in self.trained)
        obstacles = Obstacles(Box(_LEFT, _TOP, _RIGHT, _BASE), (line, *own), ())
        sides = (-6, 14) if self.claim.goal.sign.startswith("<") else (14, -6)
        tried = [*beside(line, width, (_LEFT + 8, _RIGHT), sides)]
        boxes = ((x, y, Box(x, y - 10, x + width, y + 3)) for x, y in tried)
        x, y = next(((x, y) for x, y, box in boxes if obstacles.leave(box)), tried[0])
        y = min(max(y, _TOP + 8), _BASE - 4)
        return f'<text class="goal end" x="{x + width:g}" y="{y:g}">{html.escape(name)}</text>'

    def _height(self, value: float) -> int:
        try:
            place = self.values.at(value)
        except (ValueError, ZeroDivisionError):  # beyond what the scale can show
            is_high = value > self.claim.goal.number
            place = self.values.end if is_high else self.values.start
        return round(min(max(place, _TOP), _BASE))

    def _path(self, points: Points) -> str:
        """Return a line, relative to its start, without points inside of horizontal parts."""
        places = self._places(points)
        kept = [
            place
            for i, place in enumerate(places)
            if i in {0, len(places) - 1} or len({y for _, y in places[i - 1 : i + 2]}) > 1
        ]
        (x, y), *rest = kept
        parts = [f"M{x} {y}"]
        for right, low in rest:
            parts.append(f"l{right - x} {low - y}")
            x, y = right, low
        return "".join(parts)

    def _places(self, points: Points) -> list[tuple[int, int]]:
        counted = zip(points.updates, points.values, strict=True)
        return [(round(self.counts.at(count)), self._height(value)) for count, value in counted]


def variant_chart(evidence: VariantEvidence, claim: Claim) -> VariantChart | None:
    """Return the chart of a post's first claim; None when the program was not sampled."""
    better = [run for one in evidence.shown if one.outcome == "better" for run in one.runs]
    return curve_chart(claim, evidence.trained, better)


def curve_chart(
    claim: Claim, whole: Sequence[Run], others: Sequence[Run], *, longer: bool = False
) -> VariantChart | None:
    """Return a chart of the whole program's runs, with room for what is better in others.

    With `longer` there is also room for the updates of those that have more of them.
    """
    like = whole[0] if whole else None
    trained = [
        points for run in whole if len((points := points_like(whole[0], run, claim)).values) > 1
    ]
    if like is None or not trained:
        return None
    numbers = [value for own in trained for value in own.values]
    low, high = min(numbers), max(numbers)
    further = [points_like(like, run, claim) for run in others]
    least = claim.goal.sign.startswith("<")
    for own in further:
        numbers += [value for value in own.values if (value < high if least else value > low)]
    values = axis_for(claim.goal, numbers, _BASE - 4, _TOP + 6)
    room = (values.start - values.end) * _ROOM
    values = axis_for(claim.goal, numbers, _BASE - 4 - room, _TOP + 6 + room)
    drawn = [*trained, *(own for own in further if longer and len(own.values) > 1)]
    longest = max(drawn, key=lambda own: own.updates[-1])
    places = [values.at(value) for value in longest.values]
    counts = axis_of_counts(longest.updates, places, _LEFT, _RIGHT)
    return VariantChart(claim, like, trained, counts, values)


_ROOM = 0.12
"""The part of the height that is left free on either side, for what does better or worse."""
