"""Output that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from site_tools.commands.visible_stream import VisibleStream
from site_tools.evidence.reviewer_notes import ReviewerNote
from site_tools.model.errors import Problem, as_warning


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


def print_notes(notes: Iterable[ReviewerNote]) -> None:
    """Print what a reviewer should read on standard error; a line of a shared snippet only once."""
    for message in dict.fromkeys(map(str, notes)):
        print(message, file=sys.stderr)
