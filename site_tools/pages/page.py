"""Post + Run + Evidence → a page, and the files beside it.

Pure: values in, text and bytes out. Headings are Markdown, all other blocks are HTML, so any
renderer with Python-Markdown's `attr_list` makes the same page of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.evidence.verdict import Evidence
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import MORE
from site_tools.pages.body import Body, whole
from site_tools.pages.evidence_card import (
    NotExecuted,
    Waiting,
    card,
    not_executed_card,
    waiting_card,
)
from site_tools.pages.line_exhibit import line_exhibit
from site_tools.pages.post_frame import PostFrame
from site_tools.pages.sweep_exhibit import sweep_exhibits
from site_tools.posts.prose_html import Block, Heading, plain_html, staged

_CODE = re.compile(r'<div(?: id="[^"]*")? class="([^"]*\b(?:highlight|lines)\b[^"]*)"')


@dataclass
class Page:
    """What a post becomes."""

    markdown: str
    files: dict[str, bytes] = field(default_factory=dict)
    """Figures, by file name."""


def render(  # noqa: PLR0913, PLR0917
    post: Post,
    run: Run,
    evidence: Evidence | Waiting | NotExecuted,
    siblings: Mapping[str, Post],
    frame: PostFrame,
    variants: VariantEvidence | None = None,
) -> Page:
    """Render a post.

    `evidence` is what its runs showed, or how far they have come. `siblings` are the published
    posts, by file: `posts/pytorch.py`. `variants` are what programs with one change have shown.
    """
    filled = Body(post, siblings, frame.glossary)
    filled.fill(run)
    judged = evidence if isinstance(evidence, Evidence) else None
    lines = line_exhibit(post, judged, variants) if judged else ()
    sweeps = sweep_exhibits(post, variants) if judged else ()
    exhibits = [name for name, found in (("vary", sweeps), ("strike", lines)) if found]
    meta = _meta(post, frame) | ({"exhibits": exhibits} if exhibits else {})
    head = yaml.safe_dump(meta, sort_keys=False, allow_unicode=True, width=1000)
    opening, body = _split_opening(filled.blocks)
    blocks = [
        Heading(1, plain_html(post.title)),
        *opening,
        MORE,
        frame.head,
        *_below_first_code(
            [*whole(post), *frame.downloads, *body], _card(post, run, evidence, frame)
        ),
        *sweeps,
        *lines,
        *filled.writer.references(),
        filled.writer.footnotes(),
        *frame.end,
    ]
    return Page(f"---\n{head}---\n\n{staged(blocks)}", filled.files)


def _card(
    post: Post,
    run: Run,
    evidence: Evidence | Waiting | NotExecuted,
    frame: PostFrame,
) -> str:
    match evidence:
        case NotExecuted():
            return not_executed_card()
        case Waiting():
            return waiting_card(post, run, evidence)
    return card(post, run, evidence, frame.guides, frame.other)


def _meta(post: Post, frame: PostFrame) -> dict[str, object]:
    return {
        "title": post.title,
        "description": post.description,
        "date": post.date,
        "updated": post.updated or post.date,
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


def _below_first_code(blocks: Sequence[Block], card: str) -> Iterator[Block]:
    """Yield the blocks of a post with its card at the end of the first section that has code.

    Readers meet the program before its statistics.
    """
    code = next((i for i, block in enumerate(blocks) if _is_code(block)), 0)
    end = next((i for i in range(code, len(blocks)) if isinstance(blocks[i], Heading)), len(blocks))
    yield from (*blocks[:end], card, *blocks[end:])


def _is_code(block: Block) -> bool:
    """Return whether a block shows code of the post, not the command that runs it."""
    match = _CODE.match(block) if isinstance(block, str) else None
    return match is not None and "command" not in match[1].split()


def _split_opening(blocks: Sequence[Block]) -> tuple[Sequence[Block], Sequence[Block]]:
    """Return the text before the author's `<!-- more -->`, or else the first paragraph."""
    if MORE in blocks:
        cut = blocks.index(MORE)
        return blocks[:cut], blocks[cut + 1 :]
    first = blocks[0] if blocks else ""
    is_text = isinstance(first, str) and first.startswith("<p>") and first[3:8] != "<img "
    return blocks[:is_text], blocks[is_text:]
