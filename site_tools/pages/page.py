"""Post + Run + Evidence → a page in plain Markdown, and the files beside it.

Pure: values in, text and bytes out. The Markdown is what any renderer with Python-Markdown's
usual extensions understands (attr_list, md_in_html, superfences).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from site_tools.evidence.verdict import Evidence
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import MORE
from site_tools.pages.body import Body, whole
from site_tools.pages.evidence_card import card
from site_tools.pages.post_frame import PostFrame
from site_tools.posts.markdown_text import escape


@dataclass
class Page:
    """What a post becomes."""

    markdown: str
    files: dict[str, bytes] = field(default_factory=dict)
    """Figures, by file name."""


def render(
    post: Post, run: Run, evidence: Evidence, siblings: Mapping[str, Post], frame: PostFrame
) -> Page:
    """Render a post.

    `siblings` are the published posts, by file: `posts/pytorch.py`.
    """
    filled = Body(post, siblings)
    filled.fill(run)
    head = yaml.safe_dump(_meta(post, frame), sort_keys=False, allow_unicode=True, width=1000)
    opening, body = _split_opening(filled.blocks)
    title = escape(post.title)
    parts = [
        f"---\n{head}---",
        f"# {title}",
        opening,
        MORE,
        frame.head,
        card(post, run, evidence),
        whole(post),
        frame.downloads,
        body,
        frame.end,
    ]
    return Page("\n\n".join(filter(None, parts)) + "\n", filled.files)


def _meta(post: Post, frame: PostFrame) -> dict[str, object]:
    return {
        "title": post.title,
        "description": post.description,
        "date": post.date,
        "authors": list(post.authors),
        "categories": list(post.categories),
        "tags": list(post.tags),
        "slug": post.slug,
        "readtime": post.read_minutes,
        "minutes": {"read": post.read_minutes, "do": post.do_minutes},
        "source": post.file,
        "neighbours": [frame.previous, frame.following],
        "hide": ["navigation", "toc"],  # their place is at the head and foot of the post
    }


def _split_opening(blocks: Sequence[str]) -> tuple[str, str]:
    """Return the text before the author's `<!-- more -->`, or else the first paragraph."""
    if MORE in blocks:
        cut = blocks.index(MORE)
        return "\n\n".join(blocks[:cut]), "\n\n".join(blocks[cut + 1 :])
    first, _, rest = blocks[0].partition("\n\n") if blocks else ("", "", "")
    if first.startswith(("`", "#", "<", "!", "|", "-")):
        return "", "\n\n".join(blocks)
    return first, "\n\n".join(filter(None, [rest, *blocks[1:]]))
