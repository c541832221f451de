"""What every command prints while runs are made: a progress bar, and lines above it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from site_tools.running.progress_bar import Bar


@dataclass
class BarReporter:
    """The part of a `Reporter` that a progress bar needs."""

    bar: Bar | None = field(default=None, init=False)

    @contextmanager
    def showing(self, expected: float, at_once: int) -> Iterator[None]:
        """Show a bar for so many seconds of work."""
        with Bar(expected, at_once) as self.bar:
            yield
        self.bar = None

    def aside(self) -> AbstractContextManager[None]:
        """Print above the bar, if there is one."""
        return self.bar.aside() if self.bar else nullcontext()

    def tick(self) -> None:
        """Move the bar on by a second."""
        if self.bar:
            self.bar.tick()

    def run_ended(self, expected: float) -> None:
        """Move the bar on by a run."""
        if self.bar:
            self.bar.advance(expected)

    def warned(self, text: str) -> None:
        """Print what stops nothing."""
        with self.aside():
            print(text, file=sys.stderr)
