"""A running program → what it printed, read with limits: nothing that it does costs us more."""

from __future__ import annotations

import os
import selectors
import subprocess
import time

MOST_PRINTED = 10_000_000
"""Bytes that a program may print to one stream: ten times what a page keeps of a post."""

KEPT = 1_000_000
"""Bytes of a stream that are returned, the last ones: what a program must print comes last."""

_AT_ONCE = 2**16
"""Bytes of a read: what a pipe of Linux holds."""

_POLL_SECONDS = 0.2
"""How long a pipe may stay silent before we ask whether its program has ended."""


class Overrun(Exception):
    """A program that takes too long or prints too much; the text says which."""


def read_to_end(process: subprocess.Popen[bytes], seconds: float) -> tuple[str, str]:
    """Return the end of what a program prints to standard output and standard error.

    Raises Overrun at the time limit, and when a stream is longer than `MOST_PRINTED`. A process
    that outlives the program and keeps its pipes open is not waited for.
    """
    deadline = time.monotonic() + seconds
    pipes = [pipe.fileno() for pipe in (process.stdout, process.stderr) if pipe]
    printed = {pipe: bytearray() for pipe in pipes}
    with selectors.DefaultSelector() as selector:
        for pipe in pipes:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            if time.monotonic() > deadline:
                raise _too_slow(seconds)
            ready = selector.select(_POLL_SECONDS)
            if not ready and process.poll() is not None:
                break
            for key, _ in ready:
                if not _read(key.fd, printed[key.fd]):
                    selector.unregister(key.fd)
    try:
        process.wait(max(deadline - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        raise _too_slow(seconds) from None
    output, errors = (printed[pipe][-KEPT:].decode("utf-8", "replace") for pipe in pipes)
    return output, errors


def _read(pipe: int, found: bytearray) -> bool:
    """Add what a pipe holds; return whether more may follow."""
    data = os.read(pipe, _AT_ONCE)
    found += data
    if len(found) > MOST_PRINTED:
        raise Overrun(f"it printed more than {MOST_PRINTED // 1_000_000} MB")
    return bool(data)


def _too_slow(seconds: float) -> Overrun:
    return Overrun(f"it did not end within {seconds:g} s")
