"""Which characters the font of the social card has: it draws no others, not even as boxes."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

FONT = Path(str(resources.files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf"))

_IN_ANY_FONT = 0x17F
"""The last character of Latin Extended-A; up to here the font has all that can be seen."""


def drawable(text: str) -> str:
    """Return text without the characters that the font does not have, and without gaps there."""
    if all(ord(character) <= _IN_ANY_FONT for character in text):
        return text
    kept = "".join(c if _has(c) or c.isspace() else " " for c in text)
    return " ".join(kept.split())


def missing(text: str) -> str:
    """Return the characters that cannot be drawn, each once, in their order."""
    return "".join(dict.fromkeys(c for c in text if not (_has(c) or c.isspace())))


def _has(character: str) -> bool:
    return ord(character) <= _IN_ANY_FONT or ord(character) in _characters()


@cache
def _characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415  only for text that is not Latin

    return frozenset(TTFont(FONT, lazy=True).getBestCmap())
