"""Which line of code its author must change, where Python names another one.

Python reports the line at which it cannot go on: after a line that is not indented as the others,
or far below a block that has no lines.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence

from site_tools.model.source import is_code

MOST_TRIED = 10
"""Ways to indent a line that are tried."""

_LINE = re.compile(r"\bline (\d+)")


def line_to_change(lines: Sequence[str], error: SyntaxError) -> int:
    """Return the line to change (1-based): Python's own where no other is known to be it."""
    at = min(max(error.lineno or 1, 1), len(lines))
    before = _code_before(lines, at)
    if "expected an indented block" in error.msg and (header := _LINE.search(error.msg)):
        return _of_empty_block(lines, int(header[1]))
    if "expected 'except' or 'finally'" in error.msg:
        return _last_try(lines, at)
    if before and type(error) is IndentationError:
        is_before = not _parses(lines, at, _indents(lines[:at]))
        return before if is_before and _parses(lines, before, {_indent(lines[at - 1])}) else at
    if before and re.search(r"^\s*@|\\$", lines[before - 1]):
        return before  # a decorator of nothing; a line that goes on
    return at


def _of_empty_block(lines: Sequence[str], header: int) -> int:
    """Return the line to indent below a header; the header itself if there is none."""
    below = next((n for n in range(header + 1, len(lines) + 1) if is_code(lines[n - 1])), 0)
    deeper = f"{_indent(lines[header - 1])}    "
    return below if below and _parses(lines, below, {deeper}) else header


def _last_try(lines: Sequence[str], at: int) -> int:
    tries = (n for n in range(at, 0, -1) if re.match(r"\s*try\s*:", lines[n - 1]))
    return next(tries, at)


def _code_before(lines: Sequence[str], at: int) -> int:
    """Return the last line of code above a line; 0 if there is none."""
    return next((n for n in range(at - 1, 0, -1) if is_code(lines[n - 1])), 0)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _indents(lines: Sequence[str]) -> list[str]:
    """Return how the lines above the last one are indented, the nearest first."""
    indents = dict.fromkeys(_indent(line) for line in reversed(lines[:-1]) if is_code(line))
    return [*indents][:MOST_TRIED]


def _parses(lines: Sequence[str], number: int, indents: Collection[str]) -> bool:
    """Return whether code is right when one line of it is indented in one of these ways."""
    above, line, below = lines[: number - 1], lines[number - 1].lstrip(), lines[number:]
    for indent in indents:
        try:
            ast.parse("\n".join([*above, f"{indent}{line}", *below]))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return True
    return False
