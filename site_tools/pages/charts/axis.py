"""Values → places along an axis, and the values to name on it. Knows nothing of how it is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from site_tools.evidence.statistics import LINEAR, Scale, scale_for
from site_tools.model.goals import Goal

_FEWEST_TICKS, _MOST_TICKS = 3, 5
_LOGIT_TICKS = [0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999]

COUNTS = Scale("log", math.log1p, math.expm1)
"""A log scale for how often something happened, with a place for 0."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from the place `start`, where `low` is, to the place `end`, where `high` is."""

    scale: Scale
    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the place of a value."""
        low, high = self.scale.forward(self.low), self.scale.forward(self.high)
        share = (self.scale.forward(value) - low) / ((high - low) or 1.0)
        return self.start + share * (self.end - self.start)


def axis_for(goal: Goal, values: Sequence[float], start: float, end: float) -> Axis:
    """Return the axis for a metric's values and its goal, on the scale of the verdict."""
    known = [*values, goal.number]
    return Axis(_scale(goal, known), min(known), max(known), start, end)


def _scale(goal: Goal, values: Sequence[float]) -> Scale:
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


def ticks(axis: Axis) -> list[float]:
    """Return the values to name on an axis of a metric, smallest first."""
    low, high = axis.low, axis.high
    if axis.scale.name == "logit":
        return [tick for tick in _LOGIT_TICKS if low <= tick <= high]
    if axis.scale.name == "log":
        exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for steps in ([1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]):
            found = [step * 10.0**e for e in exponents for step in steps]
            inside = [tick for tick in found if low <= tick <= high]
            if len(inside) >= _FEWEST_TICKS:
                return inside
    return _even_ticks(low, high)


def _even_ticks(low: float, high: float) -> list[float]:
    width = (high - low) or abs(high) or 1.0
    rough = width / _MOST_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 12) + 0.0 for i in range(first, last + 1)]


EARLY = 0.15
"""Where half of what is learned is learned in this part of the updates, the axis is logarithmic."""


def axis_of_counts(
    counts: Sequence[int], places: Sequence[float], start: float, end: float
) -> Axis:
    """Return the axis for a curve's counts, so that one can see where it falls or climbs.

    `places` are those of its values.
    """
    last, way = counts[-1], max(places) - min(places)
    early = [place for count, place in zip(counts, places, strict=True) if count <= EARLY * last]
    is_early = max(early) - min(early) > way / 2
    return Axis(COUNTS if is_early else LINEAR, 0, last, start, end)


def ticks_of_counts(axis: Axis, letter: float) -> list[tuple[float, str]]:
    """Return what to name on an axis of counts, and how, so that no names touch.

    `letter` is about the width of a letter.
    """
    if axis.scale is COUNTS:
        choices = [
            [0, *(10**e for e in range(step, 16, step) if 10**e <= axis.high)] for step in (1, 2, 3)
        ]
    else:
        even = [int(tick) for tick in _even_ticks(0, axis.high) if tick == int(tick)]
        choices = [even, even[::2]]
    named = [[(axis.at(count), f"{count:,}") for count in choice] for choice in choices]
    return next((choice for choice in named if _fit(choice, letter)), named[-1])


def _fit(named: Sequence[tuple[float, str]], letter: float) -> bool:
    pairs = pairwise(named)
    return all(
        right - left > letter * (1 + (len(one) + len(other)) / 2)
        for (left, one), (right, other) in pairs
    )
