"""HTML, Markdown and LaTeX that a cell has shown → finished blocks of HTML for a page.

A block has no blank line inside, so that every reader of Markdown takes it as one. What comes here
was cleaned by `checks.output_cleaning`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from site_tools.checks.html_cleaning import with_alt
from site_tools.checks.inline_drawings import drawing_in
from site_tools.checks.output_cleaning import HTML, JSON, LATEX, MARKDOWN, PLAIN, shown_kind
from site_tools.checks.text_outputs import json_text, latex_html, markdown_html
from site_tools.model.terminal_text import collapse
from site_tools.pages.figures import look_of_svg
from site_tools.posts.formulas import BadTex

_PRE = re.compile(r"<pre>.*?</pre>", re.DOTALL)
_BLANK_LINES = re.compile(r"\n\s*\n")
_TABLE = re.compile(r"<table>|</table>")
_PICTURE = re.compile(r'<img(?=[^>]* src="(?P<address>data:image/svg[^"]*)")')
_START = (
    '<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table class="data">'
)
"""A table that is wider than the page is scrolled inside of this, with the keyboard as well."""


def rich_block(data: Mapping[str, Any], alt: str, name: str) -> str:
    """Return an output as a block of HTML; empty when it is a picture or text.

    `alt` is for pictures that have no text of their own; `name` opens the anchors of equations.
    """
    kind = shown_kind(data)
    try:
        if kind == HTML:
            content = with_alt(data[HTML], alt)
        elif kind == MARKDOWN:
            content = with_alt(markdown_html(data[MARKDOWN], name), alt)
        elif kind == LATEX:
            content = latex_html(data[LATEX], name)
        else:
            return ""
    except BadTex:  # a cell that the page hides; `shown_rules` refuses the others
        content = f"<pre>{html.escape(str(data[kind]))}</pre>"
    return f'<div class="rich">{_one_block(_PICTURE.sub(_with_look, content))}</div>'


def text_of(data: Mapping[str, Any]) -> str:
    """Return an output that is shown as text; empty when there is none."""
    kind = shown_kind(data)
    if kind == JSON:
        return collapse(json_text(data[JSON]))
    return collapse(data[PLAIN]) if kind == PLAIN else ""


def _with_look(picture: re.Match[str]) -> str:
    """Return the beginning of a drawing's tag with how it looks in the dark scheme."""
    look = look_of_svg(drawing_in(picture["address"]))
    return f'{picture[0]} class="{f"figure {look}".strip()}"'


def _one_block(content: str) -> str:
    """Return HTML without blank lines, whose tables scroll."""
    scrolling = _TABLE.sub(lambda tag: f"{tag[0]}</div>" if tag[0][1] == "/" else _START, content)
    kept = _PRE.sub(lambda pre: _focused(pre[0]), scrolling)
    return _BLANK_LINES.sub("\n", kept).strip()


def _focused(pre: str) -> str:
    """Return preformatted text that can be scrolled with the keyboard."""
    return pre.replace("\n", "&#10;").replace("<pre>", '<pre tabindex="0">', 1)
