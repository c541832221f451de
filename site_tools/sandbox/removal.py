"""Removes what a post has left, whatever it did to its folders."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove a folder and its content, however deep it is and whatever its permissions are.

    Each subfolder is moved to the top before it is emptied, so that no path exceeds the system's
    limit and no recursion is needed. What cannot be removed even so is left without an error.
    """
    name = secrets.token_hex(8)
    waiting = [folder]
    emptied: list[Path] = []
    while waiting:
        current = waiting.pop()
        for entry in _entries(current):
            with suppress(OSError):
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)  # noqa: PTH108  pathlib is slow for a million files
                    continue
                Path(entry.path).chmod(0o700)  # moving a folder needs write permission on it
                waiting.append(Path(entry.path).rename(folder / f"{name}-{len(emptied)}"))
                emptied.append(waiting[-1])
    for path in [*emptied, folder]:
        with suppress(OSError):
            path.rmdir()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return the entries of a folder; none if it cannot be opened."""
    try:
        folder.chmod(0o700)
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
