"""SIGINT and SIGTERM: both raise KeyboardInterrupt, at a moment when it is not lost.

It imports little: the command line calls it before it imports itself.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN_SECONDS = 0.01
"""How soon an interrupt that came at a wrong moment is tried again."""

_IMPORT = "<frozen importlib._bootstrap>"
"""The file of Python's import statement in a traceback."""


def handle_interrupts() -> None:
    """Raise KeyboardInterrupt at SIGINT and SIGTERM, but not while a module is imported.

    Raised there, it can be lost: extension modules that import others turn it into an error of
    their own, and Python drops it in the callback of a weak reference, which each import has, as in
    a destructor. So it is raised as soon as the import has ended; where Python drops it, it is
    raised again. Where SIGINT is ignored, as in the background of a shell, it stays ignored.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, _as_interrupt)
    sys.unraisablehook = _not_raised


@contextmanager
def interrupts_cancel_tasks() -> Iterator[None]:
    """Surround what runs an event loop: at an interrupt, the loop cancels its main task.

    So connections and processes are closed in order. `asyncio.Runner` does so where SIGINT has
    Python's own handler.
    """
    is_ours = signal.getsignal(signal.SIGINT) is _interrupt
    try:
        if is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
    finally:
        if is_ours:
            signal.signal(signal.SIGINT, _interrupt)


@contextmanager
def interrupts_raise() -> Iterator[None]:
    """Surround what computes for long in an event loop, which cancels nothing meanwhile."""
    loops = signal.getsignal(signal.SIGINT)
    try:
        if callable(loops):
            signal.signal(signal.SIGINT, _interrupt)
        yield
    finally:
        if callable(loops):
            signal.signal(signal.SIGINT, loops)


def _interrupt(number: int, frame: FrameType | None) -> None:
    inner = frame
    while inner is not None:
        if inner.f_code.co_filename == _IMPORT:
            _try_again()
            return
        inner = inner.f_back
    signal.default_int_handler(number, frame)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    """Do what SIGINT does at this moment."""
    handler = signal.getsignal(signal.SIGINT)
    (handler if callable(handler) else _interrupt)(number, frame)


def _try_again() -> None:
    signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)


def _not_raised(lost: sys.UnraisableHookArgs) -> None:
    """Report an error that Python could not raise; raise an interrupt later."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        _try_again()
    else:
        sys.__unraisablehook__(lost)
