"""Reads a file that untrusted code could write: it may be missing, endless, a link or a pipe."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read(path: Path, most: int, start: int = 0) -> bytes:
    """Return bytes of a regular file; none when the path is missing or something else."""
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return b""
            file.seek(start)
            return file.read(most)
    except OSError:
        return b""


def _open_at_once(path: str, _flags: int) -> int:
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
