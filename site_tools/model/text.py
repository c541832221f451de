"""Text in messages."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

SHOWN = 60
"""Characters of an author's text that a message quotes."""

_FEW = 2
"""Consecutive numbers that are named one by one."""


def count(number: int, noun: str) -> str:
    """Return `1 post`, `2 posts`, `1,000 posts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def in_runs(ends: str, runs: int) -> str:
    """Return in how many runs something has come out: `in 3 runs`, `in each of 3 runs`.

    `ends` is one number if it is that of all of them, or else a range such as `0.3 to 0.5`.
    """
    is_one = runs > 1 and " to " not in ends
    return f"in {'each of ' if is_one else ''}{count(runs, 'run')}"


def one_line(text: str) -> str:
    """Return a text whose line breaks are escaped: a value must not look like a message."""
    return text.replace("\n", "\\n")


def cut(text: str, most: int) -> str:
    """Return a text of at most `most` characters, whose last one is `…` if some are missing."""
    return text if len(text) <= most else text[: most - 1] + "…"


def abridged(text: str, most: int) -> str:
    """Return a text of at most `most` characters, with `…` in place of its middle if it is longer.

    A message quotes a value in its middle, so this keeps the words before and after the value.
    """
    tail = most // 4
    return text if len(text) <= most else f"{text[: most - tail - 1]}…{text[-tail:]}"


def listed(items: Iterable[str]) -> str:
    """Return `a, b and c`, each item once; a comma precedes `and` where an item has one itself."""
    *others, last = dict.fromkeys(items)
    comma = "," if any(" and " in item for item in others) else ""
    return f"{', '.join(others)}{comma} and {last}" if others else last


def numbered(noun: str, numbers: Iterable[int]) -> str:
    """Return `block 3`, `blocks 3 and 4`, `blocks 3, 5 to 8 and 10`."""
    ordered = sorted(set(numbers))
    runs = [
        [number for _, number in run]
        for _, run in groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0])
    ]
    parts = [
        part
        for run in runs
        for part in ([f"{run[0]} to {run[-1]}"] if len(run) > _FEW else map(str, run))
    ]
    return f"{noun}{'' if len(ordered) == 1 else 's'} {listed(parts)}"
