"""Values → places along an axis, and the values to name on it. Knows nothing of how it is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from site_tools.evidence.statistics import LINEAR, Scale, scale_for
from site_tools.model.goals import Goal
from site_tools.pages.number_text import tick_name

_FEWEST_TICKS, _MOST_TICKS = 3, 5
_BREAK = 0.12
"""The part of an axis between 0 or 1 and the nearest other value, where it is broken."""

_LONGEST_NAME = 9
"""Characters of the name of a tick."""

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
    zero: float | None = None
    one: float | None = None
    """Places of 0 and 1 beyond a break: an axis of logits never comes to them."""

    def at(self, value: float) -> float:
        """Return the place of a value."""
        if self.zero is not None and value <= 0:
            return self.zero
        if self.one is not None and value >= 1:
            return self.one
        # halved: the difference of two finite numbers may be infinite
        low, high = self.scale.forward(self.low) / 2, self.scale.forward(self.high) / 2
        share = (self.scale.forward(value) / 2 - low) / ((high - low) or 1.0)
        return self.start + share * (self.end - self.start)

    @property
    def breaks(self) -> list[float]:
        """Return the places where the axis is broken."""
        sides = ((self.zero, self.start), (self.one, self.end))
        return [(beyond + inside) / 2 for beyond, inside in sides if beyond is not None]


def axis_for(goal: Goal, values: Sequence[float], start: float, end: float) -> Axis:
    """Return the axis for a metric's values and its goal, on the scale of the verdict.

    Every value has its own place; on an axis of logits 0 and 1 are beyond a break.
    """
    known = [*values, goal.number]
    scale = scale_for(goal, known)
    if scale.name == "log":
        return Axis(Scale("log", math.log, math.exp), min(known), max(known), start, end)
    if scale.name != "logit":
        return Axis(scale, min(known), max(known), start, end)
    inside, gap = [value for value in known if 0 < value < 1], _BREAK * (end - start)
    zero, one = (place if edge in known else None for edge, place in ((0, start), (1, end)))
    low, high = start + gap * (zero is not None), end - gap * (one is not None)
    return Axis(Scale("logit", _logit, scale.back), min(inside), max(inside), low, high, zero, one)


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def ticks(axis: Axis) -> list[float]:
    """Return the values to name on an axis of a metric, smallest first."""
    low, high = axis.low, axis.high
    if axis.scale.name == "logit":
        ends = [0.0] * (axis.zero is not None) + [1.0] * (axis.one is not None)
        inside = [tick for tick in _LOGIT_TICKS if low <= tick <= high]
        return sorted({*ends, *(inside if len(inside) > 1 else _even_ticks(low, high))})
    if axis.scale.name == "log":
        exponents = range(math.floor(math.log10(low)), min(math.ceil(math.log10(high)) + 1, 309))
        for steps in ([1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]):
            found = [step * 10.0**e for e in exponents for step in steps]
            inside = [tick for tick in found if low <= tick <= high]
            if len(inside) >= _FEWEST_TICKS:
                return inside
    return _even_ticks(low, high)


def _even_ticks(low: float, high: float) -> list[float]:
    width = (high - low) or abs(high) or 1.0
    rough = width / _MOST_TICKS
    power = 10.0 ** math.floor(math.log10(rough)) if 0 < rough < math.inf else 0.0
    if not power:  # too narrow or too wide for a number
        return []
    step = next(s * power for s in (1, 2, 2.5, 5, 10, 20) if s * power >= rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    found = [float(f"{i * step:.12g}") + 0.0 for i in range(first, min(last, first + 99) + 1)]
    return [tick for tick in found if low <= tick <= high]


def named_ticks(axis: Axis) -> list[tuple[float, str]]:
    """Return the places and names of an axis's ticks: those beyond a break, then from its start.

    No two have the same name; none is named where it would take too many digits.
    """
    values = ticks(axis)
    for digits in range(6, 17):
        names = [f"{value:.{digits}g}" for value in values]
        if len(set(names)) == len(values):
            break
    named = [(v, n) for v, n in zip(values, names, strict=True)] if values else []
    beyond = {axis.zero, axis.one} - {None}
    short = [(value, name) for value, name in named if len(name) <= _LONGEST_NAME]
    places = [(axis.at(value), tick_name(name)) for value, name in short]
    return sorted(places, key=lambda place: place[0] not in beyond)


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
