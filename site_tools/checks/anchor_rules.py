"""Rule for links to a place on a post's page, which must exist.

`build` checks the anchors of all pages again when they are written; this rule reports them before
anything runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from urllib.parse import unquote

from site_tools.model.errors import Problem, nearest
from site_tools.model.post import Post
from site_tools.posts.cross_references import labels_in
from site_tools.posts.formulas import BadTex, Typesetter, equation_numbers
from site_tools.posts.links import Link, anchored_links
from site_tools.posts.markdown_parser import references_in
from site_tools.posts.prose_html import Block, Heading, ProseWriter, anchors_in, plain_html, staged
from site_tools.posts.recall_prompts import prompts_of
from site_tools.posts.theme_markup import PageKnowledge

_MADE = re.compile(
    r"the-whole-program|make-it-yours|learning-off(-\d+)?|notes-for-reviewers|fn:\d+|fnref\d*:\d+"
)
"""Anchors that a page has besides those of its text."""


def anchor_problems(posts: Sequence[Post]) -> Iterator[Problem]:
    """Yield the links of posts to places on posts' pages that do not exist."""
    by_file = {post.file: post for post in posts}

    @cache
    def anchors(file: str) -> frozenset[str]:
        return anchors_of(by_file[file])

    for post in posts:
        for cell in post.prose_cells:
            for link in anchored_links(cell):
                file, anchor = link.path if link.target else post.file, unquote(link.anchor)
                if file not in by_file or _MADE.fullmatch(anchor):
                    continue
                if anchor not in anchors(file):
                    yield missing_anchor(link, anchors(file))


def missing_anchor(link: Link, anchors: Iterable[str]) -> Problem:
    """Return the problem of a link to a page that has other anchors."""
    anchor = unquote(link.anchor)
    what = f"`{link.target}#{anchor}`: its page has no such anchor."
    remedy = nearest(anchor, sorted(anchors))
    return Problem(
        link.place, what, remedy or "It is a heading's words, with hyphens between them."
    )


def anchors_of(post: Post) -> frozenset[str]:
    """Return the anchors that the text of a post gives its page."""
    numbers = equation_numbers((cell.source for cell in post.prose_cells), post.slug)
    typesetter = Typesetter(post.slug, numbers)

    def formula(tex: str, is_display: bool) -> str:  # noqa: FBT001  what a renderer calls
        try:
            return typesetter.html(tex, is_display)
        except BadTex:  # `Typesetter.problems` reports it
            return ""

    texts = [cell.source for cell in post.prose_cells]
    writer = ProseWriter(
        formula,
        references=references_in(texts),
        known=PageKnowledge(post.slug, post.works, labels_in(post.cells, post.slug)),
    )
    blocks: list[Block] = [Heading(1, plain_html(post.title))]
    blocks += [Heading(2, "The whole program")] if post.explain else []
    blocks += [block for text in texts for block in writer.blocks(text)]
    blocks += writer.references()
    blocks += [f'<figure id="{cell.label}">' for cell in post.code_cells if cell.label]
    names = (f"recall-{prompt.name}" for prompt in prompts_of(post))
    return frozenset([*anchors_in(staged(blocks)), *names])
