"""Prose → the blocks of a page: headings, and finished HTML in the markup of the theme.

Headings stay Markdown, so any renderer puts them into its contents, its search and its titles.
All else is HTML, which no renderer reads again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from markdown_it.token import Token

from site_tools.posts.html_tags import left_open, without_comments
from site_tools.posts.markdown_parser import PLAIN, Reference, parse
from site_tools.posts.theme_markup import PageKnowledge, ThemeRenderer, anchor_of

_HEADING = re.compile(r"^#{1,6} .*\{ #(\S+)[^{}\n]*\}$", re.MULTILINE)
_PRE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_PRE_START = re.compile(r"(?=<pre\b)", re.IGNORECASE)
_PRE_END = re.compile(r"</pre>", re.IGNORECASE)
_MARKUP = re.compile(r"(&[#\w]+;)|[!#$*+:@\[\\\]^_`{|}~]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that belongs to the contents of its page."""

    level: int
    html: str
    anchor: str = ""
    """The name that the author has given it."""
    classes: str = ""


Block = Heading | str
"""A block of a page: a heading, or finished HTML."""


def staged(blocks: Iterable[Block]) -> str:
    """Return blocks as Markdown that any renderer reads as it is meant."""
    blocks = [block for block in blocks if block]
    taken = {one.anchor for one in blocks if isinstance(one, Heading)}
    taken |= {name for one in blocks if isinstance(one, str) for name in anchors_in(one)}
    parts = []
    for block in blocks:
        if isinstance(block, Heading):
            anchor = block.anchor or unique(anchor_of(block.html), taken)
            names = " ".join([f"#{anchor}", *(f".{name}" for name in block.classes.split())])
            parts.append(f"{'#' * block.level} {markdown_safe(block.html)} {{ {names} }}")
        else:
            parts.append(block)
    return "\n\n".join(parts) + "\n"


def as_markdown(blocks: Iterable[Block]) -> str:
    """Return blocks as Markdown that Jupyter's converter reads as it is meant.

    It takes a block of HTML to end at an empty line, and dollars in it for formulas.
    """
    parts = [
        f"{'#' * block.level} {markdown_safe(block.html)}"
        if isinstance(block, Heading)
        else _PRE.sub(lambda pre: pre[0].replace("\n", "&#10;"), block)
        for block in blocks
    ]
    return "\n\n".join(re.sub(r"\n\s*\n", "\n", part) for part in parts).replace("$", "&#36;")


def anchors_in(text: str) -> list[str]:
    """Return the anchors of blocks, finished or staged."""
    html = _HEADING.sub(r'<h id="\1">', _without_code_lines(without_comments(text)))
    return [unescape(name) for name in re.findall(r'<[^<>]*?\sid="([^"]*)"', html)]


def _without_code_lines(html: str) -> str:
    """Return HTML in which no line of a listing looks like a heading: each listing is one line."""
    first, *others = _PRE_START.split(html)
    parts = [first]
    for other in others:
        end = _PRE_END.search(other)
        at = end.start() if end else 0
        parts.append(other[:at].replace("\n", " ") + other[at:])
    return "".join(parts)


def unique(name: str, taken: set[str]) -> str:
    """Return a name that is not taken, and take it."""
    new, number = name, 0
    while new in taken:
        number += 1
        new = f"{name}_{number}"
    taken.add(new)
    return new


def markdown_safe(html: str) -> str:
    """Return HTML of a line in which Markdown finds nothing but tags and characters."""
    return _MARKUP.sub(lambda match: match[1] or f"&#{ord(match[0])};", html.replace("\n", " "))


class ProseWriter:
    """Writes the prose of one page, whose formulas and footnotes go on from text to text."""

    def __init__(
        self,
        formula: Callable[[str, bool], str],
        address: Callable[[str], str] = str,
        references: Sequence[Reference] = (),
        known: PageKnowledge | None = None,
    ) -> None:
        """Start a page.

        `formula` makes HTML of TeX, which is on display or not; `address` returns where a link
        leads, seen from the page; `references` are those of all prose on the page; `known` is what
        else is known of it.
        """
        self._references = tuple(references)
        self._renderer = ThemeRenderer(formula, address, known or PageKnowledge())

    def blocks(self, text: str) -> list[Block]:
        """Return the blocks of a text."""
        tokens = self._renderer.footnotes.taken_from(parse(text, self._references))
        found: list[Block] = []
        left: tuple[str, ...] = ()
        for group in _groups(tokens):
            html = self._renderer.html(group)
            if group[0].type == "heading_open" and not left:
                found.append(_heading(group, self._renderer))
            elif html.strip():
                found.append(html.strip("\n"))
            if group[0].type == "html_block":
                left = left_open(html, left)
        return found

    def html(self, text: str) -> str:
        """Return a text as HTML, its headings included."""
        tokens = self._renderer.footnotes.taken_from(parse(text, self._references))
        return self._renderer.html(tokens).strip("\n")

    def line(self, text: str) -> str:
        """Return a text as HTML without blocks; several paragraphs are joined."""
        html = self.html(text)
        return re.sub(r"</p>\s*<p>", " ", html.removeprefix("<p>").removesuffix("</p>"))

    def references(self) -> list[Block]:
        """Return a section with the works that are cited; empty without any."""
        listed = self._renderer.citations.as_list()
        return [Heading(2, "References", "references"), listed] if listed else []

    def footnotes(self) -> str:
        """Return the footnotes that the texts refer to; empty without any."""
        return self._renderer.footnotes.as_list(self._renderer.html)


def _groups(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each block that is in no other."""
    group: list[Token] = []
    level = 0
    for token in tokens:
        group.append(token)
        level += token.nesting
        if not level:
            yield group
            group = []


def _heading(group: Sequence[Token], renderer: ThemeRenderer) -> Heading:
    attributes = group[0].meta.get("insecure_attrs", {})
    html = renderer.html(group[1:-1])
    anchor, classes = attributes.get("id", ""), attributes.get("class", "")
    return Heading(int(group[0].tag[1]), html, anchor, classes)


@lru_cache(maxsize=5_000)
def plain_html(text: str) -> str:
    """Return a plain text as HTML, with the quotation marks of print."""
    return str(PLAIN.renderInline(text))
