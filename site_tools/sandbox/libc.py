"""Calls of C library functions that Python does not wrap."""

from __future__ import annotations

import ctypes
import os
from functools import cache


def call(name: str, *arguments: bytes | int | ctypes.c_size_t | None) -> int:
    """Call a function and return its result; raises OSError when that is negative."""
    result: int = getattr(_library(), name)(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
