"""Mermaid diagrams in prose → pictures, drawn when a page is made.

merman draws them, Mermaid in Rust, so that a page needs neither Mermaid's script nor another
server. A picture runs nothing and loads nothing. Its greys can be turned in the dark scheme.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from site_tools.posts.code_html import Header

LANGUAGES = frozenset({"mermaid", "mmd"})

_LOOK = (
    "%%{init: {'theme': 'neutral', 'look': 'classic', 'fontFamily': 'system-ui, sans-serif'}}%%\n"
)
"""Used unless the author's own front matter or directive says something else."""

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n.*?\n---[ \t]*\n", re.DOTALL)
_SIZE = re.compile(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')
_TEXTS = re.compile(
    r"^[ \t]*(?:accTitle[ \t]*:[ \t]*(.+)|accDescr[ \t]*:[ \t]*(.+)|accDescr[ \t]*\{([^}]*)\})",
    re.MULTILINE,
)
_WHERE = re.compile(r"^Diagram parse error \([^()]*\): ")

_SMALLEST = 0.7
"""How far a picture may shrink on a narrow page, beside which it scrolls: its text, which has 16
pixels, is then as small as that of charts."""


class BadDiagram(ValueError):
    """A diagram that cannot be drawn; its text is the reason."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram as a picture."""

    svg: str
    width: int
    """In CSS pixels."""
    height: int


def is_diagram(header: Header | None) -> bool:
    """Return whether a block of code with this header is a diagram."""
    return header is not None and header.language.lower() in LANGUAGES


@lru_cache(maxsize=128)  # `check`, the page and the full run draw the same
def drawing_of(source: str) -> Drawing:
    """Return a diagram as a picture; raises BadDiagram."""
    import mmdr  # noqa: PLC0415  27 MB, and most posts have no diagram

    front = _FRONT_MATTER.match(source)
    start = front.end() if front else 0
    has_look = front is not None and re.search(r"(?m)^config\s*:", front[0]) is not None
    text = source if has_look else source[:start] + _LOOK + source[start:]
    try:
        svg = mmdr.render(text, backend="merman").svg()
    except ValueError as error:
        raise BadDiagram(_WHERE.sub("", " ".join(str(error).split()))) from None
    size = _SIZE.search(svg)
    if size is None:
        raise BadDiagram("it has no size")
    width, height = (max(1, round(float(number))) for number in size.groups())
    whole = f'width="{width}" height="{height}"'
    return Drawing(svg.replace('width="100%"', whole, 1), width, height)


def text_of(source: str, header: Header) -> str:
    """Return the alternative text: of the header, or Mermaid's own `accTitle` and `accDescr`."""
    parts = [header.options.get("alt", "")]
    if not parts[0]:
        parts = [next(filter(None, match.groups()), "") for match in _TEXTS.finditer(source)]
    return " ".join(". ".join(part.strip().rstrip(".") for part in parts if part.strip()).split())


def diagram_html(source: str, header: Header) -> str:
    """Return a diagram as HTML; one that is wide scrolls on a narrow page. Raises BadDiagram."""
    drawing = drawing_of(source)
    data = base64.b64encode(drawing.svg.encode("utf-8")).decode("ascii")
    picture = (
        f'<img class="figure drawing" src="data:image/svg+xml;base64,{data}" '
        f'alt="{escape(text_of(source, header))}" width="{drawing.width}" '
        f'height="{drawing.height}" style="min-width:{round(_SMALLEST * drawing.width)}px">'
    )
    return f'<div class="diagram" tabindex="0" role="group" aria-label="Diagram">{picture}</div>'
