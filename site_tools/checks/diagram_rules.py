"""Rules for Mermaid diagrams: each can be drawn, and has a text for those who do not see it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from site_tools.model.errors import Problem
from site_tools.model.source import Place
from site_tools.model.text import cut
from site_tools.posts.code_html import Header
from site_tools.posts.diagrams import BadDiagram, drawing_of, text_of

_SHOWN = 160
"""Characters of a reason that a message shows."""

_OPTIONS = {"alt"}

_WITH_LINKS = re.compile(r"(?m)^\s*(?:flowchart|graph|classDiagram|gantt|stateDiagram)\b")
_LINK = re.compile(r"(?m)^[ \t]*(?:click|callback|link)[ \t]+\w\S*[ \t]+(?:href|call|[\"'\w])")
"""What Mermaid makes a link or calls a script with. `link --> a` is an arrow."""


def diagram_problems(source: str, header: Header, place: Place) -> Iterator[Problem]:
    """Yield what is wrong with the diagram of a block of code."""
    for name in sorted(header.options.keys() - _OPTIONS):
        what = f"a diagram has no option `{cut(name, _SHOWN)}`."
        yield Problem(place, what, 'Remove it: the only option is `alt="…"`.')
    try:
        drawing_of(source)
    except BadDiagram as bad:
        what = f"this diagram cannot be drawn: {cut(str(bad).rstrip('.'), _SHOWN)}."
        yield Problem(place, what, "Correct it, or show it as text: begin the block with ```text.")
        return
    if _WITH_LINKS.search(source) and (link := _LINK.search(source)):
        shown = cut(source[link.start() :].strip().partition("\n")[0], _SHOWN)
        what = f"`{shown}` does nothing: a diagram is a picture on the page."
        yield Problem(place, what, "Take it out, and put the link into the text.")
    if not text_of(source, header):
        what = "this diagram has no alternative text."
        remedy = (
            'Add a line `accDescr: What it shows` below its first, or write ```mermaid alt="…".'
        )
        yield Problem(place, what, remedy)
