"""Give a sham another clock, and folders in another order, than the published run has.

A sham must repeat the published number. Both runs may happen in the same second and read the same
disk, so a number that depends on either would go unnoticed without this. The hash of strings and
the process number differ too: the parent has seen to that.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any, Self

SHIFT_SECONDS = 86_400 + 3_600 + 60 + 1
"""How far the clock is ahead: another day, hour, minute and second."""


def change() -> None:
    """Shift the clock of this process, and reverse the order of folders, from now on.

    The time between two calls stays as it is. Dates of `datetime` do too: replacing its classes
    would break programs that pickle them.
    """
    now, now_ns, names, entries = time.time, time.time_ns, os.listdir, os.scandir
    time.time = lambda: now() + SHIFT_SECONDS
    time.time_ns = lambda: now_ns() + SHIFT_SECONDS * 10**9
    os.listdir = lambda path=None: names(path)[::-1]  # type: ignore[assignment]
    os.scandir = lambda path=None: _Entries(entries(path))  # type: ignore[assignment]


class _Entries:
    """The entries of a folder in another order; behaves as what `os.scandir` returns."""

    def __init__(self, entries: Any) -> None:
        with entries:
            self._left: Iterator[Any] = iter([*entries][::-1])

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        return next(self._left)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the entries that are left."""
        self._left = iter(())
