"""Links and images in prose: where they stand, where they lead, how they are rewritten.

An author links to another post by its file, `[PyTorch](pytorch.py)`, so that the link works in
an editor and on the repository's own pages. On the site the same link leads to the post's page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from site_tools.post import Cell, Line, Place

_LINK = re.compile(
    r"(?P<bang>!?)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^()\s]+)(?P<title>\s+\"[^\"]*\")?\)"
    r"|^\s{0,3}\[(?P<label>[^\]^]+)\]:\s+(?P<reference>\S+)"
)
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_INLINE_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_FOREIGN = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """One link or image of a post."""

    target: str
    """As the author wrote it, without `#anchor`."""
    place: Place
    is_image: bool
    alt: str


def links_of(cell: Cell) -> Iterator[Link]:
    """Yield every link of a prose cell, wherever it leads."""
    for line, found in _found(cell):
        for match in found:
            target = match["target"] or match["reference"]
            yield Link(
                target.split("#")[0] if not _FOREIGN.match(target) else target,
                line,
                bool(match["bang"]),
                (match["text"] or "").strip(),
            )


def is_local(link: Link) -> bool:
    """Return whether a link leads to a file of this project."""
    return _FOREIGN.match(link.target) is None


def rewrite(cell: Cell, new_target: Callable[[str], str]) -> str:
    """Return a prose cell's text with each local link's target replaced; anchors stay."""
    places = dict(_found(cell))
    texts = []
    for line in cell.lines:
        text = line.text
        for match in reversed(places.get(line.place, [])):
            group = "target" if match["target"] else "reference"
            target, hash_sign, anchor = match[group].partition("#")
            if not _FOREIGN.match(match[group]):
                start, end = match.span(group)
                text = f"{text[:start]}{new_target(target)}{hash_sign}{anchor}{text[end:]}"
        texts.append(text)
    return "\n".join(texts)


def _found(cell: Cell) -> Iterator[tuple[Place, list[re.Match[str]]]]:
    """Yield the links of each line that is not inside a fence; inline code is skipped."""
    for line in outside_fences(cell):
        code = [match.span() for match in _INLINE_CODE.finditer(line.text)]
        links = _LINK.finditer(line.text)
        yield line.place, [m for m in links if not any(a < m.start() < b for a, b in code)]


def outside_fences(cell: Cell) -> Iterator[Line]:
    """Yield the lines of a prose cell that are not inside a block of code."""
    fence = ""
    for line in cell.lines:
        mark = _FENCE.match(line.text)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and line.text.strip() == mark[1]:
            fence = ""
        elif not fence:
            yield line
