"""A bar on a terminal, with the time that is left; nothing in a log."""

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
    """Shows how much of the expected work is done, in seconds of work."""

    def __init__(self, expected: float, workers: int) -> None:
        self._workers, self._start = workers, time.monotonic()
        self._bar = tqdm(
            total=expected,
            bar_format=_FORMAT,
            file=sys.stderr,
            disable=None,  # unless it is a terminal
            leave=False,
        )
        self.tick()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def advance(self, done: float) -> None:
        """Move on by work that is done."""
        self._bar.total = max(self._bar.total or 0, self._bar.n + done)
        self._bar.update(done)
        self.tick()

    def tick(self) -> None:
        """Show how long the rest will take: as fast as so far, or at first as the workers can."""
        done = self._bar.n
        speed = done / (time.monotonic() - self._start) if done else self._workers
        left = ((self._bar.total or 0) - done) / speed
        text = f"{left / _MINUTE:.0f} min" if left > 2 * _MINUTE else f"{left:.0f} s"
        self._bar.set_description_str(f"about {text} left")

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar away while something is printed."""
        self._bar.clear()
        yield
        self._bar.refresh()
