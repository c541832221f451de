"""Replacing lines of a text, all places at once."""

from __future__ import annotations

from collections.abc import Iterable


def replaced(source: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with other lines: each edit has the first and last line, from 1, and its text.

    An empty text deletes the lines.
    """
    lines = source.split("\n")
    for first, last, text in sorted(edits, reverse=True):
        lines[first - 1 : last] = text.split("\n") if text else []
    return "\n".join(lines)
