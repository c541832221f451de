"""Edits of source text by position: what is not edited stays as its author wrote it.

Positions are those of syntax trees: lines from 1, columns in bytes of UTF-8 from 0.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Position = tuple[int, int]
"""Line and column."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A range of a cell's text, and what to put there; an empty range inserts."""

    cell: int
    """The code cell, counted from 1."""
    start: Position
    end: Position
    text: str
    note: str = ""
    """What it does to its line, for a list of all changes; empty for a part of another edit."""


class Source:
    """The text of one cell, addressed by positions."""

    def __init__(self, text: str) -> None:
        self.lines = [line.encode("utf-8") for line in text.split("\n")]

    def line(self, number: int) -> str:
        """Return a line, counted from 1."""
        return self.lines[number - 1].decode("utf-8")

    def end_of(self, line: int) -> Position:
        """Return the position behind the last character of a line."""
        return line, len(self.lines[line - 1])

    def text(self, start: Position, end: Position) -> str:
        """Return the text between two positions."""
        if start[0] == end[0]:
            return self.lines[start[0] - 1][start[1] : end[1]].decode("utf-8")
        first, last = self.lines[start[0] - 1][start[1] :], self.lines[end[0] - 1][: end[1]]
        between = self.lines[start[0] : end[0] - 1]
        return b"\n".join([first, *between, last]).decode("utf-8")

    def before(self, position: Position) -> str:
        """Return the text of a line up to a position."""
        return self.text((position[0], 0), position)

    def after(self, position: Position) -> str:
        """Return the rest of a line."""
        return self.text(position, self.end_of(position[0]))


def start_of(node: ast.expr | ast.stmt) -> Position:
    """Return where a node begins."""
    return node.lineno, node.col_offset


def end_of(node: ast.expr | ast.stmt) -> Position:
    """Return where a node ends."""
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def edited(cells: Sequence[str], edits: Iterable[Edit]) -> list[str]:
    """Return the cells with these edits, which must not overlap.

    Several insertions at one position come in the order given.
    """
    texts = list(cells)
    own: dict[int, list[Edit]] = {}
    for edit in edits:
        own.setdefault(edit.cell, []).append(edit)
    for cell, changes in own.items():
        texts[cell - 1] = _edited(texts[cell - 1], changes)
    return texts


def _edited(text: str, changes: list[Edit]) -> str:
    source = Source(text)
    parts, position = [], (1, 0)
    for edit in sorted(changes, key=lambda edit: (edit.start, edit.end)):
        if edit.start < position:
            raise ValueError(f"two edits overlap in line {edit.start[0]}")
        parts += [source.text(position, edit.start), edit.text]
        position = edit.end
    return "".join([*parts, source.text(position, source.end_of(len(source.lines)))])
