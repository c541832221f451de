"""Results of earlier builds, each under a key: a digest of all that it was made of.

There is one file for each name, so that a new result takes the place of the old one. Its first line
is a digest of key and content. A file with another key, or a damaged one, counts as absent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from site_tools.atomic_write import write_whole

_SUFFIX = ".kept"


class KeptResults:
    """A folder of results."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, name: str, key: str) -> bytes | None:
        """Return what is kept for a name, if it has this key."""
        try:
            first, _, content = self._path(name).read_bytes().partition(b"\n")
        except OSError:
            return None
        return content if first == _digest(key, content) else None

    def save(self, name: str, key: str, content: bytes) -> None:
        """Keep a result; a folder that cannot be written only makes the next build slower."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            line = _digest(key, content) + b"\n"
            write_whole(self._path(name), line + content, durable=False)

    def prune(self, names: Iterable[str]) -> None:
        """Delete all results but those of these names."""
        kept = {self._path(name) for name in names}
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path not in kept:
                with suppress(OSError):  # deleted by another build, or in a folder to be read only
                    path.unlink()

    def _path(self, name: str) -> Path:
        digest = hashlib.sha256(name.encode("utf-8")).hexdigest()
        return self._folder / f"{digest[:32]}{_SUFFIX}"


def _digest(key: str, content: bytes) -> bytes:
    digest = hashlib.sha256(key.encode("utf-8") + b"\n" + content)
    return digest.hexdigest().encode("ascii")
