"""What a command printed, kept under a digest of all that it read.

`check` and `run` say again what they said last, when nothing that they depend on has changed:
the project's files, the settings with their values from the environment, the generator's code,
what is installed, the stored runs, the command line, and the day. Only an answer without a problem
is kept: what a problem depends on may lie outside of these, such as a file that a link should have
named.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from site_tools.commands.visible_stream import VisibleStream
from site_tools.model.errors import BadProject
from site_tools.publishing.build_fingerprint import left, sources
from site_tools.publishing.kept_results import KeptResults

_STREAMS = ("stdout", "stderr")

Printed = list[list[str]]
"""Pairs: the name of a stream, and what was written to it."""


def answer(
    root: Path,
    arguments: Sequence[str],
    command: Callable[[], int],
    is_lasting: Callable[[], bool] = lambda: True,
) -> int:
    """Print what a command printed when everything was as it is now, or run it.

    Return its exit code. `arguments` are the whole command line. `is_lasting` is asked after the
    command whether the same would be printed again.
    """
    answers = KeptResults(root / ".elevenlines" / "answers")
    before, name = _digest(root, arguments), json.dumps(arguments)
    kept = answers.load(name, before) if before else None
    if kept is not None:
        for stream, text in json.loads(kept):
            _raw(stream).write(text)
        return 0
    with _recorded() as printed:
        code = command()
    if code == 0 and before and is_lasting() and before == _digest(root, arguments):
        answers.save(name, before, json.dumps(printed).encode("ascii"))
    return code


def _digest(root: Path, arguments: Sequence[str]) -> str:
    """Return a digest of all that an answer depends on; empty when a file cannot be read."""
    streams = [getattr(_raw(name), "encoding", None) for name in _STREAMS]
    today = time.strftime("%Y-%m-%d")  # `check` names dates in the future
    asked = [*arguments, today, os.environ.get("GITHUB_WORKSPACE"), *streams]
    try:
        made_of = sources(root, drafts=False)
        stored = left([root / ".elevenlines" / "store"])
    except (OSError, BadProject):  # the command says so
        return ""
    text = json.dumps([asked, made_of, stored])
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _raw(name: str) -> Any:
    """Return the stream below `VisibleStream`: a kept text went through it before."""
    stream = getattr(sys, name)
    return stream.stream if isinstance(stream, VisibleStream) else stream


@contextmanager
def _recorded() -> Iterator[Printed]:
    """Note what is printed."""
    printed: Printed = []
    streams = [getattr(sys, name) for name in _STREAMS]
    visible = [stream for stream in streams if isinstance(stream, VisibleStream)]
    below = [stream.stream for stream in visible]
    for name, stream in zip(_STREAMS, visible, strict=False):
        stream.stream = _Recorder(stream.stream, name, printed)  # type: ignore[assignment]
    try:
        yield printed
    finally:
        for stream, own in zip(visible, below, strict=True):
            stream.stream = own


class _Recorder:
    """A stream that notes what is written to it."""

    def __init__(self, stream: TextIO, name: str, printed: Printed) -> None:
        self._stream, self._name, self._printed = stream, name, printed

    def write(self, text: str) -> int:
        """Write a text; return its length."""
        self._printed.append([self._name, text])
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
