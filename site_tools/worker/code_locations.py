"""What Python calls a cell's code in tracebacks and warnings, and the way back to the cell.

Anybody may call code what a cell is called: what comes from here is a place in the post only if
the post has such a cell and line.
"""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Callable, Iterator
from types import FrameType

from site_tools.model.protocol import RaisedException

LONGEST_TEXT = 300
"""Characters of an exception's text that are kept."""

LONGEST_DETAIL = 20_000
"""Characters of a traceback that are kept."""

MOST_PLACES = 20
"""Lines of the post in a traceback that are kept, the innermost."""

Mark = Callable[[int, int], object]
"""Notes that a cell and line begin now, so that a sudden end can be placed."""

_NAME = r"<cell ([1-9]\d{0,5})>"
_CELL = re.compile(_NAME)
_IN_A_STACK = re.compile(rf'File "{_NAME}", line (\d{{1,9}})')
_IN_A_WARNING = re.compile(rf"^{_NAME}:(\d+)", re.MULTILINE)


def name_of(cell: int) -> str:
    """Return the file name under which a cell, counted from 1, is compiled."""
    return f"<cell {cell}>"


def cell_of(name: str) -> int:
    """Return the cell that was compiled under a file name; 0 for the name of anything else."""
    found = _CELL.fullmatch(name)
    return int(found[1]) if found else 0


def places_in(stack: str) -> Iterator[tuple[int, int]]:
    """Yield the cells and lines in a stack as faulthandler writes it: the innermost first."""
    for found in _IN_A_STACK.finditer(stack):
        yield int(found[1]), int(found[2])


def with_readable_warnings(text: str) -> str:
    """Return a text in which warnings call a line of a cell what people call it."""
    return _IN_A_WARNING.sub(r"cell \1, line \2", text)


def remember(cell: int, source: str) -> str:
    """Make a cell's lines known to tracebacks and `inspect`; return its file name."""
    name = name_of(cell)
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return name


def describe(error: BaseException, caught_in: FrameType | None = None) -> RaisedException:
    """Return what was raised, and the lines of the post that it went through, innermost first.

    With the frame that caught it, the lines that led there count as well.
    """
    frames = [*traceback.walk_tb(error.__traceback__)][::-1]
    if caught_in is not None:
        frames += traceback.walk_stack(caught_in)
    places = [(cell_of(frame.f_code.co_filename), line or 0) for frame, line in frames]
    if isinstance(error, SyntaxError):
        places.insert(0, (cell_of(error.filename or ""), error.lineno or 0))
    own = [(cell, line) for cell, line in places if cell][:MOST_PLACES]
    return RaisedException(
        kinds=[_short(kind.__name__) for kind in type(error).__mro__],
        text=text_of(error),
        detail=_traceback(error) if own else "",
        places=own,
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TEXT]


def text_of(error: BaseException) -> str:
    """Return an exception's text in one line, and not too much of it."""
    try:
        return _short(str(error))
    except BaseException as another:  # noqa: BLE001  foreign types may refuse anything
        return f"(its text raises {type(another).__name__})"


def _traceback(error: BaseException) -> str:
    text = "".join(traceback.format_exception(error))
    return text if len(text) <= LONGEST_DETAIL else "…\n" + text[-LONGEST_DETAIL:]
