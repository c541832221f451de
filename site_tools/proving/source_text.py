"""A Python file → its lines with their places."""

from __future__ import annotations

import tokenize
from pathlib import Path

from site_tools.model.errors import BadUsage
from site_tools.model.source import Line, Place
from site_tools.posts.text import split_lines


def source_lines(path: Path, file: str) -> tuple[Line, ...]:
    """Return the lines of a script, in the encoding that it declares; messages call it `file`.

    Raises BadUsage when it cannot be read, or is not Python.
    """
    try:
        with tokenize.open(path) as opened:
            text = opened.read().removeprefix("\ufeff")
    except OSError as error:
        raise BadUsage(f"{file}: cannot be read: {error.strerror}.") from None
    except (SyntaxError, UnicodeDecodeError) as error:
        reason = str(error).partition(" for '")[0]  # its path
        what = f"{file}: is no text that Python reads: {reason}."
        raise BadUsage(f"{what} Save it as UTF-8.") from None
    try:
        compile(text, file, "exec", dont_inherit=True)
    except SyntaxError as error:
        reason = error.msg if error.msg.endswith("?") else f"{error.msg}."
        what = f"{file}:{error.lineno or 1}: Python cannot read this line: {reason}"
        raise BadUsage(what) from None
    return lines_of(text, file)


def lines_of(text: str, file: str) -> tuple[Line, ...]:
    """Return the lines of a text."""
    return tuple(Line(one, Place(file, n)) for n, one in enumerate(split_lines(text), start=1))
