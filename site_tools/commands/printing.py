"""Output that several commands share, and what all output goes through."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TextIO, cast

from site_tools.evidence.reviewer_notes import ReviewerNote
from site_tools.model.errors import Problem
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


def print_command(text: str) -> None:
    """Print what another program is meant to obey or to parse, as it is.

    The caller has escaped what posts contributed to it.
    """
    stream = sys.stdout
    print(text, file=stream.stream if isinstance(stream, VisibleStream) else stream)


def print_problems(problems: Iterable[Problem], *, warn_readers: bool = False) -> None:
    """Print problems on standard error; a problem in a snippet that posts share only once.

    With `warn_readers`, those that matter to readers only are warnings.
    """
    for message in dict.fromkeys(
        as_warning(problem) if warn_readers and problem.for_readers else str(problem)
        for problem in problems
    ):
        print(message, file=sys.stderr)


def as_warning(problem: Problem) -> str:
    """Return the message of a problem that stops nothing."""
    return str(replace(problem, what=f"warning: {problem.what}"))


def print_notes(notes: Iterable[ReviewerNote]) -> None:
    """Print what a reviewer should read on standard error; a line of a shared snippet only once."""
    for message in dict.fromkeys(map(str, notes)):
        print(message, file=sys.stderr)
