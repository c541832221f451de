"""Text in messages."""

from __future__ import annotations


def cut(text: str, most: int) -> str:
    """Return a text of at most `most` characters, whose last one is `…` if some are missing."""
    return text if len(text) <= most else text[: most - 1] + "…"
