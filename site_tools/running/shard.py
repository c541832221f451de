"""A part of the posts, for one of several machines that share the work.

The parts depend on the posts and on their recorded seconds only, so machines that have the same
project and the same `.elevenlines/history.json` agree on them without talking to each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of about equal time."""

    number: int
    """From 1 to `total`."""
    total: int

    def __str__(self) -> str:
        return f"{self.number}/{self.total}"

    def of(self, seconds: Mapping[str, float]) -> list[str]:
        """Return the names in this part; `seconds` says how long each one takes.

        The longest goes first, each to the part that has least so far: at most a third longer than
        the best division (Graham, 1969).
        """
        loads = [(0.0, 0)] * self.total  # seconds, and the number of names
        own = []
        for name in sorted(seconds, key=lambda name: (-seconds[name], name)):
            part = min(range(self.total), key=loads.__getitem__)
            loads[part] = loads[part][0] + seconds[name], loads[part][1] + 1
            if part == self.number - 1:
                own.append(name)
        return sorted(own)
