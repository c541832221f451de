"""Marks in prose that only the page reads: `<!-- more -->` and `<!-- lines 3-4 -->`."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from site_tools.model.source import MORE, Cell
from site_tools.posts.links import outside_fences

_MARK = re.compile(r"<!--\s*lines?\s+(\d+)(?:\s*[-–]\s*(\d+))?\s*-->")  # noqa: RUF001


def lines_mark(text: str) -> tuple[int, int] | None:
    """Return which lines of the program a line of prose asks for, as `<!-- lines 3-4 -->` does."""
    match = _MARK.fullmatch(text.strip())
    return (int(match[1]), int(match[2] or match[1])) if match else None


def at_marks(cell: Cell) -> list[Cell]:
    """Split a prose cell at its marks, each of which is a part of its own."""
    marks = [i for i, line in outside_fences(cell) if is_mark(line.text)]
    edges = sorted({0, len(cell.lines), *marks, *(i + 1 for i in marks)})
    parts = [cell.lines[start:end] for start, end in pairwise(edges)]
    return [
        replace(cell, lines=tuple(replace(line, text=line.text.strip()) for line in lines))
        if is_mark(lines[0].text) and len(lines) == 1
        else replace(cell, lines=lines)
        for lines in parts
    ]


def is_mark(text: str) -> bool:
    """Return whether a line of prose is a mark for the page, which no download shows."""
    return text.strip() == MORE or lines_mark(text) is not None
