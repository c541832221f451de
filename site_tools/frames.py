"""What Python calls a cell's code in tracebacks and warnings, and the way back to the cell."""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Callable
from typing import Any

LONGEST_TEXT = 300
"""Characters of an exception's text that are kept."""

IN_A_STACK = re.compile(r'File "<cell (\d+)>", line (\d+)')
"""A line of the post in what faulthandler writes."""

IN_A_WARNING = re.compile(r"^<cell (\d+)>:(\d+)", re.MULTILINE)
"""A line of the post in the text of a warning."""


Mark = Callable[[int, int], object]
"""Notes that a cell and line begin now, so that a sudden end can be placed."""


def name_of(cell: int) -> str:
    """Return the file name under which a cell, counted from 1, is compiled."""
    return f"<cell {cell}>"


def cell_of(name: str) -> int:
    """Return the cell that was compiled under a file name; 0 for the name of anything else."""
    return int(name[6:-1]) if name.startswith("<cell ") else 0


def remember(cell: int, source: str) -> str:
    """Make a cell's lines known to tracebacks and `inspect`; return its file name."""
    name = name_of(cell)
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return name


def describe(error: BaseException) -> dict[str, Any]:
    """Return what was raised, and the innermost line of the post that it went through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if cell_of(frame.filename)]
    cell, line = (cell_of(own[-1].filename), own[-1].lineno or 0) if own else (0, 0)
    if isinstance(error, SyntaxError) and cell_of(error.filename or ""):
        cell, line = cell_of(error.filename or ""), error.lineno or 0
    return {
        "cell": cell,
        "line": line,
        "kinds": [kind.__name__ for kind in type(error).__mro__],
        "text": " ".join(_text(error).split())[:LONGEST_TEXT],
        "detail": "".join(traceback.format_exception(error)) if own else "",
    }


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as another:  # noqa: BLE001  foreign types may refuse anything
        return f"(its text raises {type(another).__name__})"
