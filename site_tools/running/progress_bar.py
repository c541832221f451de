"""A progress bar with the remaining time; shown on terminals only, not in logs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from tqdm import tqdm

_FORMAT = "{percentage:3.0f}% {bar:40} {desc}"
_MINUTE = 60


class Bar:
    """Shows which part of the expected work is done, in seconds of work."""

    def __init__(self, expected: float, workers: int) -> None:
        self._workers, self._start = workers, time.monotonic()
        self._bar = tqdm(
            total=expected,
            bar_format=_FORMAT,
            file=getattr(sys.stderr, "stream", sys.stderr),  # it moves the cursor
            disable=None,  # disabled unless the stream is a terminal
            leave=False,
        )
        self.tick()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def advance(self, done: float) -> None:
        """Add finished work, in seconds."""
        self._bar.total = max(self._bar.total or 0, self._bar.n + done)
        self._bar.update(done)
        self.tick()

    def tick(self) -> None:
        """Show the remaining time at the speed so far; before any work is done, at full speed."""
        done = self._bar.n
        speed = done / (time.monotonic() - self._start) if done else self._workers
        left = ((self._bar.total or 0) - done) / speed
        text = f"{left / _MINUTE:.0f} min" if left > 2 * _MINUTE else f"{left:.0f} s"
        self._bar.set_description_str(f"about {text} left")

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Hide the bar while something else is printed."""
        self._bar.clear()
        yield
        self._bar.refresh()
