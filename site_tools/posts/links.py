"""Links and images in prose: their locations, their targets, and how they are rewritten.

An author links to another post by its file, `[PyTorch](pytorch.py)`, so that the link works in
an editor and on the repository's own pages. On the site the same link leads to the post's page.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from markdown_it.token import Token

from site_tools.model.source import Cell, Line, Place
from site_tools.posts.html_tags import tags_of
from site_tools.posts.markdown_parser import definitions_of, inline_tokens, parse
from site_tools.posts.media import CAPTIONS

_FOREIGN = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
_CODE = {"fence", "code_block"}

_PLACE = re.compile(r"#[^\s#]|[^\s#]#|&num;")
"""What each link to a place has in its source."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link or image that leads to a file of this project."""

    target: str
    """As the author wrote it, without `#anchor`."""
    path: str
    """The file that it leads to, relative to the project's root."""
    place: Place
    is_image: bool
    in_html: bool
    """True in a tag such as `<img src="…">`, which no renderer resolves."""
    anchor: str = ""
    """What follows `#`."""
    start: int = 0
    end: int = 0
    """The range of the target in the cell's text; both are 0 for a link in HTML."""


def links_of(cell: Cell) -> Iterator[Link]:
    """Yield the links of a prose cell that lead to files."""
    yield from (link for link in all_links(cell) if link.target)


def anchored_links(cell: Cell) -> Iterator[Link]:
    """Yield the links that name a place on a page; most texts need not be parsed to have none."""
    if _may_name_a_place(cell.source):
        yield from (link for link in all_links(cell) if link.anchor)


@lru_cache(maxsize=20_000)
def _may_name_a_place(text: str) -> bool:
    return _PLACE.search(text) is not None


def all_links(cell: Cell) -> Iterator[Link]:
    """Yield links to files, and those with nothing but an anchor, whose target is empty."""
    text = cell.source
    for token in parse(text):
        if token.type == "html_block" and token.map:
            yield from _in_html(token.content, cell, token.map[0])
    for token in inline_tokens(parse(text)):
        if token.type == "html_inline":
            yield from _in_html(token.content, cell, cell.line_at(token.meta.get("at", 0)))
        elif token.type in {"link_open", "image"} and "target" in token.meta:
            is_image = token.type == "image"
            address = str(token.attrs["src" if is_image else "href"])
            at = token.meta["span"][0]
            yield from _link(address, cell, at, token.meta["target"], is_image=is_image)
            if captions := str(token.meta.get("insecure_attrs", {}).get(CAPTIONS, "")):
                start = text.find(captions, *token.meta["span"])
                span = (start, start + len(captions))
                yield from _link(captions, cell, at, span, is_image=False)
    for one in definitions_of(text):
        yield from _link(one.href, cell, one.start, (one.start, one.end), is_image=False)


def _link(
    address: str, cell: Cell, at: int, span: tuple[int, int], *, is_image: bool
) -> Iterator[Link]:
    if _FOREIGN.match(address) and not address.startswith("#"):
        return
    start, end = span
    text = cell.source
    target = text[start:end].removeprefix("<").removesuffix(">").partition("#")[0]
    plain, _, anchor = address.partition("#")
    place = cell.place_at(at)
    path = path_of(plain) if plain else ""
    yield Link(target, path, place, is_image, in_html=False, anchor=anchor, start=start, end=end)


def _in_html(html: str, cell: Cell, line: int) -> Iterator[Link]:
    for tag in tags_of(html):
        for name, value in tag.attributes:
            target, _, anchor = value.partition("#")
            if name in {"src", "href"} and target and not _FOREIGN.match(value):
                where = html.count("\n", 0, max(html.find(target), 0))
                place = cell.lines[min(line + where, len(cell.lines) - 1)].place
                is_image = name == "src"
                yield Link(target, path_of(target), place, is_image, in_html=True, anchor=anchor)


def images_without_text(cell: Cell) -> Iterator[tuple[str, Place]]:
    """Yield target and place of every image that has no alternative text."""
    for token in inline_tokens(parse(cell.source)):
        if token.type == "image" and not token.content.strip():
            yield unquote(str(token.attrs["src"])), place_of(token, cell)


def place_of(token: Token, cell: Cell) -> Place:
    """Return the place of a token of a line."""
    return cell.place_at(token.meta.get("at", 0))


def block_place(token: Token, cell: Cell) -> Place:
    """Return the place of a block's first line."""
    return cell.lines[(token.map or [0])[0]].place


def path_of(target: str) -> str:
    """Return the file that a post's relative link leads to, relative to the project's root."""
    return posixpath.normpath(posixpath.join("posts", unquote(target)))


def is_foreign(address: str) -> bool:
    """Return whether a link leads elsewhere than to a file: to a server, or within its page."""
    return bool(_FOREIGN.match(address))


def rewrite(cell: Cell, new_target: Callable[[str], str]) -> str:
    """Return a prose cell's text with other targets; anchors stay.

    `new_target` gets the path of the file that a link leads to, relative to the root.
    """
    text = cell.source
    for link in sorted(links_of(cell), key=lambda link: link.start, reverse=True):
        if not link.in_html:
            anchor = f"#{link.anchor}" if link.anchor else ""
            text = f"{text[: link.start]}{new_target(link.path)}{anchor}{text[link.end :]}"
    return text


def outside_fences(cell: Cell) -> Iterator[tuple[int, Line]]:
    """Yield the lines of a prose cell that are not inside a block of code, with their index."""
    code = {
        number
        for token in parse(cell.source)
        if token.type in _CODE and token.map
        for number in range(*token.map)
    }
    for i, line in enumerate(cell.lines):
        if i not in code:
            yield i, line
