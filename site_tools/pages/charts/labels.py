"""Names in a chart: where they touch no line, no dot and no other name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
"""x to the right, y downwards."""

_STEP = 8
"""Distance between places that are tried, in units of the canvas."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Return whether two rectangles overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Box) -> bool:
        """Return whether another rectangle lies inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def is_crossed(self, start: Point, end: Point) -> bool:
        """Return whether a segment enters the rectangle (clipping of Liang and Barsky, 1984)."""
        first, last = 0.0, 1.0
        for begin, stop, low, high in (
            (start[0], end[0], self.left, self.right),
            (start[1], end[1], self.top, self.bottom),
        ):
            way = stop - begin
            if not way:
                if not low < begin < high:
                    return False
                continue
            enters, leaves = sorted(((low - begin) / way, (high - begin) / way))
            first, last = max(first, enters), min(last, leaves)
        return first < last


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What a name must not touch, and where it must stay."""

    space: Box
    lines: tuple[tuple[Point, ...], ...]
    boxes: tuple[Box, ...]

    def leave(self, box: Box) -> bool:
        """Return whether a name may be there."""
        lines = (pair for line in self.lines for pair in pairwise(line))
        return (
            self.space.holds(box)
            and not any(box.meets(other) for other in self.boxes)
            and not any(box.is_crossed(*pair) for pair in lines)
        )


def beside(
    line: Sequence[Point], width: float, ends: tuple[float, float], baselines: Sequence[float]
) -> Iterator[Point]:
    """Yield where the baseline of a name beside a line may begin, the right end first.

    `ends` are those of the space for it; `baselines` are the distances from the line, negative
    above it.
    """
    place = ends[1] - width
    while place >= ends[0]:
        heights = list(_heights(line, place, place + width))
        for distance in baselines:
            yield place, (min(heights) if distance < 0 else max(heights)) + distance
        place -= _STEP


def _heights(line: Sequence[Point], left: float, right: float) -> Iterator[float]:
    """Yield y of a line at its points between two places, and at these places."""
    yield from (y for x, y in line if left <= x <= right)
    for (x, y), (end, height) in pairwise(line):
        for edge in (left, right):
            if x < edge < end:
                yield y + (height - y) * (edge - x) / (end - x)
    if line[-1][0] <= left or len(line) == 1:
        yield line[-1][1]
    if line[0][0] >= right:
        yield line[0][1]


def separated(
    names: Iterable[tuple[float, str, float]], ends: tuple[float, float], gap: float
) -> list[tuple[float, float, str]]:
    """Return those names along an axis that do not touch, the first come first.

    Takes the place, the name and its extent along the axis; returns the place, the middle of the
    name, which stays between `ends`, and the name.
    """
    kept: list[tuple[float, float, str]] = []
    taken: list[tuple[float, float]] = []
    for place, name, extent in names:
        middle = min(max(place, ends[0] + extent / 2), ends[1] - extent / 2)
        low, high = middle - extent / 2 - gap, middle + extent / 2 + gap
        if all(high <= start or end <= low for start, end in taken):
            kept.append((place, middle, name))
            taken.append((low + gap, high - gap))
    return kept
