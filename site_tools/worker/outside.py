"""Give a sham another clock and another process number than the published run has.

A sham must repeat the published number. Both runs may happen in the same second, and each process
of a sandbox has the number 2, so a seed from either would go unnoticed without this.
"""

from __future__ import annotations

import os
import time

SHIFT_SECONDS = 86_400 + 3_600 + 60 + 1
"""How far the clock is ahead: another day, hour, minute and second."""

SHIFT_PROCESS = 1_000_003
"""What is added to the process number: an odd number above those of all processes."""


def change() -> None:
    """Shift the clock and the process number of this process from now on.

    The time between two calls stays as it is. Dates of `datetime` do too: replacing its classes
    would break programs that pickle them.
    """
    now, now_ns, number = time.time, time.time_ns, os.getpid
    time.time = lambda: now() + SHIFT_SECONDS
    time.time_ns = lambda: now_ns() + SHIFT_SECONDS * 10**9
    os.getpid = lambda: number() + SHIFT_PROCESS
