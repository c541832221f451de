"""Rules for how the HTML of prose is built: no tag without its other one, no Markdown inside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from markdown_it.token import Token

from site_tools.checks.allowed_html import ELEMENTS
from site_tools.model.errors import Problem
from site_tools.model.source import Cell, Place
from site_tools.model.text import SHOWN, cut
from site_tools.posts.html_tags import (
    VOID,
    Tag,
    left_open,
    tags_of,
    without_comments,
    without_verbatim,
)
from site_tools.posts.links import block_place, place_of
from site_tools.posts.markdown_parser import inline_tokens, parse

_MARKDOWN = {
    "strong_open", "em_open", "code_inline", "link_open", "image", "math_inline", "fence",
    "math_inline_double", "math_block", "bullet_list_open", "ordered_list_open", "heading_open",
    "s_open", "blockquote_open", "table_open",
}  # fmt: skip
"""Tokens that show that a text was meant as Markdown."""

_TAG = re.compile(r"<[^<>]*>")
DEEPEST = 100
"""Elements of HTML inside of each other; pages have a tenth of that."""

_BY_INDENT = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot"})
"""Elements that may stay open: their parent's end, or the next one, ends them."""


def html_structure(cell: Cell) -> Iterator[Problem]:
    """Yield HTML that never ends, and Markdown that HTML keeps from being read."""
    left: tuple[str, ...] = ()
    opened: dict[int, Token] = {}
    for token in parse(cell.source):
        if token.type == "inline":
            yield from _inline_structure(token, cell)
        if token.type != "html_block":
            continue
        place = block_place(token, cell)
        html = without_comments(token.content)
        depth = len(left)
        names = {tag.name for tag in tags_of(html) if tag.is_end} - set(left)
        starts = {tag.name for tag in tags_of(html) if not tag.is_end}
        for name in sorted(names - starts - VOID):
            yield _no_start(name, place)
        left = left_open(html, left)
        if len(left) > DEEPEST:
            what = f"more than {DEEPEST} elements are open here, `<{left[-1]}>` the last of them."
            yield Problem(place, what, f"End each, as with `</{left[-1]}>`.")
            return
        opened = {i: one for i, one in opened.items() if i < min(depth, len(left))}
        opened |= dict.fromkeys(range(len(opened), len(left)), token)
        yield from _unread_markdown(token, cell)
    for i, token in opened.items():
        if left[i] not in _BY_INDENT:
            place = block_place(token, cell)
            what = f"`<{left[i]}>` is not closed in the same text."
            remedy = f"Add `</{left[i]}>`; an element cannot contain a code cell."
            yield Problem(place, what, remedy)


def _inline_structure(block: Token, cell: Cell) -> Iterator[Problem]:
    """Yield the tags in the lines of a block that have no start or no end in them."""
    opened: list[tuple[str, Token]] = []
    open_names: Counter[str] = Counter()
    for part in block.children or ():
        for tag in _balanced_tags(part):
            if not tag.is_end:
                opened.append((tag.name, part))
                open_names[tag.name] += 1
            elif not open_names[tag.name]:
                yield _no_start(tag.name, place_of(part, cell))
            else:
                crossed = _closed(opened, tag.name)
                open_names.subtract(name for name, _ in crossed)
                yield from _no_ends(crossed[:-1], cell)
    yield from _no_ends(opened, cell)


def _balanced_tags(part: Token) -> list[Tag]:
    """Return the tags of a part of a line that need another one."""
    if part.type != "html_inline":
        return []
    tags = tags_of(without_comments(part.content))
    return [tag for tag in tags if tag.name in ELEMENTS - VOID]


def _closed(opened: list[tuple[str, Token]], name: str) -> list[tuple[str, Token]]:
    """Take elements out of those that are open, down to the last one of a name."""
    taken = [opened.pop()]
    while taken[-1][0] != name:
        taken.append(opened.pop())
    return taken


def _no_ends(opened: Iterable[tuple[str, Token]], cell: Cell) -> Iterator[Problem]:
    for name, part in opened:
        if name not in _BY_INDENT:
            what = f"`<{name}>` is not closed in the same block."
            yield Problem(place_of(part, cell), what, f"Add `</{name}>` behind its words.")


def _no_start(name: str, place: Place) -> Problem:
    return Problem(place, f"`</{name}>` has no start tag.", f"Remove it, or begin with `<{name}>`.")


def _unread_markdown(token: Token, cell: Cell) -> Iterator[Problem]:
    """Yield Markdown right below a tag, where CommonMark takes it for HTML."""
    text = _TAG.sub(" ", without_verbatim(token.content))
    lines = "\n".join(line.strip() for line in text.split("\n"))
    tokens = parse(lines)
    if any(one.type in _MARKDOWN for one in [*tokens, *inline_tokens(tokens)]):
        place = block_place(token, cell)
        first = cut(token.content.strip().partition("\n")[0], SHOWN)
        what = f"the Markdown below `{first}` is taken for HTML, and shown raw."
        yield Problem(place, what, "Put an empty line above and below it.")
