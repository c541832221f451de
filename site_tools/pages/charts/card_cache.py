"""Cards that were already drawn, in a folder, by a digest of their content."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path

from site_tools.atomic_write import write_whole
from site_tools.pages.charts.social_card import Content, draw

DRAWING = 2
"""Version of the drawing code. Increase it when the same content is drawn differently."""

_END = b"IEND\xaeB\x60\x82"
"""The last bytes of a complete PNG."""


class CardCache:
    """Draws cards once; `prune` deletes those that were not requested since it was made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requested: set[str] = set()

    def png(self, content: Content) -> bytes:
        """Return a card from the cache, or draw it."""
        path = self.folder / f"{_key(content)}.png"
        self.requested.add(path.name)
        data = path.read_bytes() if path.is_file() else b""
        if not data.endswith(_END):
            data = draw(content)
            with suppress(OSError):  # without the cache, it is drawn again the next time
                self.folder.mkdir(parents=True, exist_ok=True)
                write_whole(path, data)
        return data

    def prune(self) -> None:
        """Delete the cards that were not requested."""
        for path in self.folder.glob("*.png"):
            if path.name not in self.requested:
                path.unlink(missing_ok=True)


def _key(content: Content) -> str:
    parts = [DRAWING, *_versions(), asdict(content)]
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()


@cache
def _versions() -> list[str]:
    return [metadata.version(name) for name in ("pillow", "fontpkg-inter")]
