"""The temporary folder of all jobs; its lock shows a later process whether it is in use."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from site_tools.model.errors import BadProject
from site_tools.sandbox.removal import remove

_PREFIX = "elevenlines-"
_LOCK = "lock"


@contextmanager
def workshop() -> Iterator[Path]:
    """Make a folder for jobs and remove it at the end; also remove those of killed processes.

    Raises BadProject when something else removes it meanwhile.
    """
    try:
        _remove_abandoned()
        folder, lock = _locked()
    except FileNotFoundError as error:
        what = f"there is no temporary folder: {error.strerror}"
        raise BadProject(f"{what.rstrip('.')}. Set `TMPDIR` to a folder that exists.") from None
    try:
        with lock:
            yield folder
    except OSError:
        check_exists(folder)
        raise
    finally:
        remove(folder)


def _locked() -> tuple[Path, TextIO]:
    """Make a folder, and return it with its lock.

    A process that starts at the same time may find the folder before it is locked, and remove it.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = (folder / _LOCK).open("w", encoding="ascii")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / _LOCK).exists():
            return folder, lock
        lock.close()


def check_exists(folder: Path) -> None:
    """Raise BadProject when something else has removed the folder."""
    if not (folder / _LOCK).exists():
        what = f"{folder}: this temporary folder was removed while posts ran in it."
        raise BadProject(f"{what} Run again, with `TMPDIR` set to a folder that nothing empties.")


def _remove_abandoned() -> None:
    """Remove folders that no process has locked."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                continue
            with (folder / _LOCK).open("r+", encoding="ascii") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove(folder)
