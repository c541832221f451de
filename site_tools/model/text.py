"""Text in messages."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = 60
"""Characters of an author's text that a message quotes."""


def count(number: int, noun: str) -> str:
    """Return `1 post`, `2 posts`, `1,000 posts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


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
