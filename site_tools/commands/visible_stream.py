"""What all output goes through: a stream that prints nothing that a terminal would obey."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from site_tools.model.terminal_text import visible


class VisibleStream:
    """A stream of text on which nothing is printed that a terminal or a CI service would obey.

    Messages quote posts: their front matter, their exceptions, the text that they print.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        """For what may move the cursor: the progress bar."""
        self._starts_line = True

    def write(self, text: str) -> int:
        """Write a text; return its length."""
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        shown = visible(text, starts_line=self._starts_line)
        self.stream.write(shown.encode(encoding, "backslashreplace").decode(encoding))
        line = text.rpartition("\n")[2]
        self._starts_line = not line.strip() and (self._starts_line or "\n" in text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def visible_output() -> Iterator[None]:
    """Have everything that is printed go through `VisibleStream`."""
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", VisibleStream(stream)) for stream in streams)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams
