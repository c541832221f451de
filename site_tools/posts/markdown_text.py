"""Plain values → Markdown that shows them as they are."""

from __future__ import annotations

import html
import re

from site_tools.model.post import Post


def escape(text: str) -> str:
    """Return a plain text as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_\[\]#])", r"\\\1", html.escape(text, quote=False))


def link_to(post: Post, folder: str = "") -> str:
    """Return a link to a post's page; `folder` leads to the folder of the staged posts."""
    return f"[{escape(post.title)}]({folder}{post.slug}.md)"
