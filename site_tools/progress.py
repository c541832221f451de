"""A bar on a terminal, with the time that is left; nothing in a log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from tqdm import tqdm

_FORMAT = "{percentage:3.0f}% {bar:40} {elapsed}, about {remaining} left"


class Bar:
    """Shows how much of the expected work is done, in seconds of work."""

    def __init__(self, expected: float) -> None:
        self._bar = tqdm(
            total=expected,
            bar_format=_FORMAT,
            file=sys.stderr,
            disable=None,  # unless it is a terminal
            leave=False,
            smoothing=0,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def advance(self, done: float) -> None:
        """Move on by work that is done."""
        self._bar.total = max(self._bar.total or 0, self._bar.n + done)
        self._bar.update(done)

    def tick(self) -> None:
        """Show the time that has passed."""
        self._bar.refresh()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar away while something is printed."""
        self._bar.clear()
        yield
        self._bar.refresh()
