"""Removing what a post has left, whatever it did to its folders."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove a folder with everything in it, however deep and whatever its permissions forbid.

    Each folder inside is moved up to the top before it is emptied. So no path grows longer than
    the system allows, and nothing recurses. Leaves what cannot be removed even so.
    """
    name = secrets.token_hex(8)
    waiting = [folder]
    emptied: list[Path] = []
    while waiting:
        place = waiting.pop()
        for entry in _entries(place):
            with suppress(OSError):
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)  # noqa: PTH108  a path for each of a million files
                    continue
                Path(entry.path).chmod(0o700)  # else it could not be moved
                waiting.append(Path(entry.path).rename(folder / f"{name}-{len(emptied)}"))
                emptied.append(waiting[-1])
    for place in [*emptied, folder]:
        with suppress(OSError):
            place.rmdir()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what is in a folder, nothing if it cannot be opened."""
    try:
        folder.chmod(0o700)
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
