"""Pictures in Markdown that are films or sounds: `![A run](run.mp4){ captions="run.vtt" }`."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal

FILMS = frozenset({".mp4", ".webm", ".ogv", ".m4v", ".mov"})
SOUNDS = frozenset({".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".flac"})

CAPTIONS = "captions"
"""The attribute in braces that names a file with the words that are spoken, as WebVTT."""


def kind_of(address: str) -> Literal["video", "audio", ""]:
    """Return the element that plays what is at an address; empty for a picture."""
    suffix = PurePosixPath(address.partition("#")[0].partition("?")[0]).suffix.lower()
    return "video" if suffix in FILMS else "audio" if suffix in SOUNDS else ""
