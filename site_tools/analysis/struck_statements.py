"""Strike a statement out of source text: it becomes a comment, and its lines keep their numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from site_tools.analysis.source_edits import Edit, Source, end_of, start_of

MARK = "# struck out:"
"""Begins the comment that a struck line becomes."""


class Unwritable(Exception):
    """A control does something to this line that plain source cannot do."""

    def __init__(self, cell: int, line: int, reason: str) -> None:
        super().__init__(reason)
        self.cell, self.line, self.reason = cell, line, reason
        """The cell and the line are counted from 1; 0 when there is no such line."""


def strike(
    source: Source, cell: int, node: ast.stmt, instead: str = "pass", note: str = "struck out"
) -> Iterator[Edit]:
    """Yield the edit that strikes out a statement and puts another one there.

    The statement stays readable as a comment, unless another one follows on its line. Raises
    Unwritable for one that has several lines and is followed so.
    """
    start, end = start_of(node), end_of(node)
    rest = source.after(end).strip()
    if rest and not rest.startswith("#"):
        if start[0] != end[0]:
            raise Unwritable(cell, start[0], "another statement follows on the last of its lines")
        yield Edit(cell, start, end, instead, note)
        return
    first, *others = source.text(start, source.end_of(end[0])).split("\n")
    lines = [f"{instead}  {MARK} {first}", *map(_as_comment, others)]
    yield Edit(cell, start, source.end_of(end[0]), "\n".join(lines), note)


def _as_comment(line: str) -> str:
    text = line.lstrip()
    return f"{line[: len(line) - len(text)]}{MARK} {text}" if text else ""
