"""Post + Run + Evidence → a page, and the files beside it.

Pure: values in, text and bytes out. Headings are Markdown, all other blocks are HTML, so any
renderer with Python-Markdown's `attr_list` makes the same page of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.evidence.verdict import Evidence
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import MORE
from site_tools.pages.body import Body, whole
from site_tools.pages.evidence_card import Waiting, card, waiting_card
from site_tools.pages.line_exhibit import line_exhibit
from site_tools.pages.post_frame import PostFrame
from site_tools.posts.prose_html import Block, Heading, plain_html, staged


@dataclass
class Page:
    """What a post becomes."""

    markdown: str
    files: dict[str, bytes] = field(default_factory=dict)
    """Figures, by file name."""


def render(  # noqa: PLR0913, PLR0917
    post: Post,
    run: Run,
    evidence: Evidence | Waiting,
    siblings: Mapping[str, Post],
    frame: PostFrame,
    variants: VariantEvidence | None = None,
) -> Page:
    """Render a post.

    `evidence` is what its runs showed, or how far they have come. `siblings` are the published
    posts, by file: `posts/pytorch.py`. `variants` are what programs with one change have shown.
    """
    filled = Body(post, siblings)
    filled.fill(run)
    exhibit = () if isinstance(evidence, Waiting) else line_exhibit(post, evidence, variants)
    meta = _meta(post, frame) | ({"exhibit": True} if exhibit else {})
    head = yaml.safe_dump(meta, sort_keys=False, allow_unicode=True, width=1000)
    opening, body = _split_opening(filled.blocks)
    blocks = [
        Heading(1, plain_html(post.title)),
        *opening,
        MORE,
        frame.head,
        waiting_card(post, run, evidence)
        if isinstance(evidence, Waiting)
        else card(post, run, evidence, frame.guides),
        *whole(post),
        *frame.downloads,
        *body,
        *exhibit,
        *filled.writer.references(),
        *frame.end,
        filled.writer.footnotes(),
    ]
    return Page(f"---\n{head}---\n\n{staged(blocks)}", filled.files)


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


def _split_opening(blocks: Sequence[Block]) -> tuple[Sequence[Block], Sequence[Block]]:
    """Return the text before the author's `<!-- more -->`, or else the first paragraph."""
    if MORE in blocks:
        cut = blocks.index(MORE)
        return blocks[:cut], blocks[cut + 1 :]
    first = blocks[0] if blocks else ""
    is_text = isinstance(first, str) and first.startswith("<p>") and first[3:8] != "<img "
    return blocks[:is_text], blocks[is_text:]
