"""Links and images in prose: their locations, their targets, and how they are rewritten.

An author links to another post by its file, `[PyTorch](pytorch.py)`, so that the link works in
an editor and on the repository's own pages. On the site the same link leads to the post's page.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from site_tools.model.source import Cell, Line, Place
from site_tools.posts.markdown_scanner import marks, without_code_and_formulas

_LINK = re.compile(
    r"(?P<bang>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]"
    r"\(<?(?P<target>[^()\s<>]+)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\)"
    r"|^[ ]{0,3}\[[^\]^]+\]:[ \t]+(?P<reference>\S+)"
    r"|<[a-z][^<>]*?\s(?:src|href)=[\"'](?P<html>[^\"']*)[\"']",
    re.MULTILINE,
)
_FOREIGN = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)


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


def links_of(cell: Cell) -> Iterator[Link]:
    """Yield the links of a prose cell that lead to files."""
    masked = without_code_and_formulas(cell.source)
    for match in _LINK.finditer(masked):
        target = match[_group(match)].partition("#")[0]
        if _FOREIGN.match(match[_group(match)]) or not target:
            continue
        place = _place(cell, masked, match.start())
        is_image = bool(match["bang"])
        yield Link(target, path_of(target), place, is_image, bool(match["html"]))


def images_without_text(cell: Cell) -> Iterator[tuple[str, Place]]:
    """Yield target and place of every image that has no alternative text."""
    masked = without_code_and_formulas(cell.source)
    for match in _LINK.finditer(masked):
        if match["bang"] and not match["text"].strip():
            yield match["target"], _place(cell, masked, match.start())


def path_of(target: str) -> str:
    """Return the file that a post's relative link leads to, relative to the project's root."""
    return posixpath.normpath(posixpath.join("posts", unquote(target)))


def rewrite(cell: Cell, new_target: Callable[[str], str]) -> str:
    """Return a prose cell's text with other targets; anchors stay.

    `new_target` gets the path of the file that a link leads to, relative to the root.
    """
    text = cell.source
    for match in reversed(list(_LINK.finditer(without_code_and_formulas(text)))):
        group = _group(match)
        target, hash_sign, anchor = match[group].partition("#")
        if group != "html" and target and not _FOREIGN.match(match[group]):
            start, end = match.span(group)
            changed = new_target(path_of(target))
            text = f"{text[:start]}{changed}{hash_sign}{anchor}{text[end:]}"
    return text


def outside_fences(cell: Cell) -> Iterator[tuple[int, Line]]:
    """Yield the lines of a prose cell that are not inside a block of code, with their index."""
    for i, (line, mark) in enumerate(zip(cell.lines, marks(cell.source), strict=True)):
        if not mark:
            yield i, line


def opening_fences(cell: Cell) -> Iterator[Line]:
    """Yield the lines of a prose cell that open a block of code."""
    for line, mark in zip(cell.lines, marks(cell.source), strict=True):
        if mark == "open":
            yield line


def _group(match: re.Match[str]) -> str:
    return next(name for name in ("target", "reference", "html") if match[name] is not None)


def _place(cell: Cell, text: str, offset: int) -> Place:
    return cell.lines[text.count("\n", 0, offset)].place
