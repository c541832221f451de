"""The numbers that a program ends at with each value of a sweep, in one picture.

A column for each value, in equal distances, so that a slider below it fits.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from site_tools.evidence.variant_evidence import Setting, SweepEvidence
from site_tools.model.claim import Claim
from site_tools.model.goals import holds
from site_tools.pages.charts.axis import Axis, axis_for, named_ticks
from site_tools.pages.number_text import goal_in_words, readable

_WIDTH, _HEIGHT = 360, 190
_LEFT, _RIGHT, _TOP, _BASE = 58, 346, 16, 150
_FIRST, _LAST = 70, 334
"""The first and the last column; `.vary-slider` in the style sheet begins and ends there."""

_LETTER, _APART = 7, 14
_DOT = 4.5


@dataclass(frozen=True)
class SweepChart:
    """The chart of one sweep."""

    evidence: SweepEvidence
    claim: Claim

    @property
    def svg(self) -> str:
        """Return the picture, with a band behind the author's value, which a script moves."""
        label = (
            f"The number at the end for {len(self._settings)} values of {self.evidence.wish.name}; "
            f"the goal is {goal_in_words(self.claim.goal)}"
        )
        own = next(i for i, one in enumerate(self._settings) if one.is_own)
        goal = self._height(self.claim.goal.number)
        return (
            f'<svg class="learning-curve vary-chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
            f'aria-label="{html.escape(label)}">'
            f'<rect class="band" x="-8" y="{_TOP - 8}" width="16" height="{_BASE - _TOP + 8}" '
            f'transform="translate({self.columns[own]:.0f})"/>'
            f'{self._axes()}<path class="goal" d="M{_LEFT} {goal}H{_RIGHT}"/>'
            f"{''.join(map(self._dots, range(len(self._settings))))}</svg>"
        )

    @property
    def columns(self) -> list[float]:
        """Return the place of each value on the level axis."""
        step = (_LAST - _FIRST) / max(len(self._settings) - 1, 1)
        return [_FIRST + i * step for i in range(len(self._settings))]

    @property
    def _settings(self) -> Sequence[Setting]:
        return self.evidence.settings

    @cached_property
    def _axis(self) -> Axis:
        numbers = [value for one in self._settings for value in one.numbers(self.claim)]
        return axis_for(self.claim.goal, numbers, _BASE - 8, _TOP + 4)

    def _height(self, value: float) -> float:
        return round(min(max(self._axis.at(value), _TOP), _BASE), 1)

    def _dots(self, column: int) -> str:
        one, x = self._settings[column], self.columns[column]
        numbers = one.numbers(self.claim)
        if not numbers:
            cross = f'<text x="{x:.0f}" y="{_TOP + 4}">\N{MULTIPLICATION SIGN}</text>'
            return f'<g class="value">{cross}</g>'
        dots = "".join(
            f'<circle class="{"trained" if holds(self.claim.goal, number) else "missed"}" '
            f'cx="{x:.0f}" cy="{self._height(number):g}" r="{_DOT}"/>'
            for number in numbers
        )
        return f'<g class="value">{dots}</g>'

    def _axes(self) -> str:
        marks, names, last = [f"M{_LEFT} {_TOP}V{_BASE}H{_RIGHT}"], [], float("inf")
        for place, name in sorted(named_ticks(self._axis), reverse=True):
            if last - place >= _APART:
                marks.append(f"M{_LEFT} {place:.0f}h-4")
                names.append(f'<text class="end" x="{_LEFT - 8}" y="{place + 4:.0f}">{name}</text>')
                last = place
        names += [
            f'<text{" class=own" if one.is_own else ""} x="{self.columns[i]:.0f}" '
            f'y="{_BASE + 18}">{written(one.value)}</text>'
            for i, one in enumerate(self._settings)
            if i in self._named
        ]
        name = html.escape(self.evidence.wish.name)
        names.append(f'<text x="{(_LEFT + _RIGHT) / 2:.0f}" y="{_BASE + 35}">{name}</text>')
        return f'<path class="axis" d="{"".join(marks)}"/>{"".join(names)}'

    @cached_property
    def _named(self) -> set[int]:
        """Return the columns whose values have room: the author's, the ends, then the others."""
        own = next(i for i, one in enumerate(self._settings) if one.is_own)
        rest = range(len(self._settings))
        kept: list[int] = []
        for i in dict.fromkeys((own, 0, len(rest) - 1, *rest)):
            if all(self._are_apart(i, other) for other in kept):
                kept.append(i)
        return set(kept)

    def _are_apart(self, one: int, other: int) -> bool:
        widths = sum(len(written(self._settings[i].value)) * _LETTER for i in (one, other))
        return abs(self.columns[one] - self.columns[other]) > widths / 2 + _LETTER


def written(value: float, thousands: str = ",") -> str:
    """Return a value as readers see it: 10,000 and 0.01."""
    return (
        f"{value:,}".replace(",", thousands) if isinstance(value, int) else readable(f"{value:g}")
    )
