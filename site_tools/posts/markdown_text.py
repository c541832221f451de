"""Plain values → Markdown that shows them as they are."""

from __future__ import annotations

import html
import re


def escape(text: str) -> str:
    """Return a plain text as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_\[\]#])", r"\\\1", html.escape(text, quote=False))
