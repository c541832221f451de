"""Limits for code of a post that is evaluated beside its run."""

from __future__ import annotations

import io
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import FrameType

from site_tools.worker.metrics import TooLong


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TooLong after some seconds; only the main thread can receive the signal."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong

    handler = signal.signal(signal.SIGALRM, end)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


@contextmanager
def quiet_time_limit(seconds: float) -> Iterator[None]:
    """Do the same, and show nothing that is printed."""
    quiet = io.StringIO()
    with time_limit(seconds), redirect_stdout(quiet), redirect_stderr(quiet):
        yield
