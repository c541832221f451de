"""Cell and line ↔ the file names in tracebacks and warnings.

Each cell is compiled under a file name of its own. A post can compile code under the same name, so
a location from here is in the post only if the post has such a cell and line.
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
"""Lines of the post that are kept of a traceback, the innermost ones."""

Mark = Callable[[int, int], object]
"""Called with the cell and line that begin now, to locate an end without an exception."""

_NAME = r"<cell ([1-9]\d{0,5})>"
_CELL = re.compile(_NAME)
_IN_A_STACK = re.compile(rf'File "{_NAME}", line (\d{{1,9}})')
_IN_A_WARNING = re.compile(rf"^{_NAME}:(\d+)", re.MULTILINE)


def name_of(cell: int) -> str:
    """Return the file name under which a cell, counted from 1, is compiled."""
    return f"<cell {cell}>"


def cell_of(name: str) -> int:
    """Return the cell that was compiled under a file name; 0 when it is not the name of a cell."""
    found = _CELL.fullmatch(name)
    return int(found[1]) if found else 0


def places_in(stack: str) -> Iterator[tuple[int, int]]:
    """Yield the cells and lines in a stack that faulthandler has written, innermost first."""
    for found in _IN_A_STACK.finditer(stack):
        yield int(found[1]), int(found[2])


def with_readable_warnings(text: str) -> str:
    """Return a text in which warnings say `cell 1, line 2` in place of the file name."""
    return _IN_A_WARNING.sub(r"cell \1, line \2", text)


def register_source(cell: int, source: str) -> str:
    """Make a cell's source available to tracebacks and `inspect`; return its file name."""
    name = name_of(cell)
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return name


def describe(error: BaseException, caught_in: FrameType | None = None) -> RaisedException:
    """Describe an exception, with the lines of the post that it went through, innermost first.

    `caught_in` adds the lines that led to the frame that caught it.
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
    """Return the text of an exception in one line, cut to `LONGEST_TEXT`."""
    try:
        return _short(str(error))
    except BaseException as another:  # noqa: BLE001  `__str__` of a foreign class may raise anything
        return f"(its text raises {type(another).__name__})"


def _traceback(error: BaseException) -> str:
    text = "".join(traceback.format_exception(error))
    return text if len(text) <= LONGEST_DETAIL else "…\n" + text[-LONGEST_DETAIL:]
