"""An executed notebook → the HTML of its page.

mkdocs-jupyter makes a page of each notebook, and writes half a megabyte of JupyterLab's styles
and scripts into it, with nbconvert's templates, which it compiles anew each time: 0.14 s of CPU.
Here nbconvert's templates are compiled once, and one of ours gives them the markup that the theme
has for code, so that a record obeys the theme's colours, copy buttons and keyboard.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from html import escape, unescape
from importlib.resources import files
from typing import Any

import nbformat
from markdown.extensions.toc import nest_toc_tokens, slugify, strip_tags, unique
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.util import ClassNotFound
from traitlets.config import Config

from site_tools.terminal import collapse

_RICHEST_FIRST = [
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/plain",
]

_CODE = re.compile(
    r'<div class="highlight"><pre><span></span><code>(.*?)</code></pre></div>', re.DOTALL
)
_FIGURE = re.compile(r'<img\b[^>]*? src="(figure-\d+-(?P<digest>[0-9a-f]{8})\.\w+)"[^>]*>')
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a post's page shows already, so that it need not be made again."""

    code: Mapping[str, str] = field(default_factory=dict)
    """HTML of coloured Python, by its source."""
    figures: Mapping[str, str] = field(default_factory=dict)
    """HTML of images, by the digest in the file's name."""


def shown_by(page: str, base: str) -> Shown:
    """Return what the HTML of a post's page shows; `base` is the way there from the record."""
    code = {_source(block[1]): block[0] for block in _CODE.finditer(page)}
    figures = {
        image["digest"]: image[0].replace(image[1], f"{base}{image[1]}")
        for image in _FIGURE.finditer(page)
    }
    return Shown(code, figures)


@dataclass(frozen=True, slots=True)
class Record:
    """The content of a run record's page."""

    html: str
    headings: list[Any]
    """The table of contents, nested, as Python-Markdown's `toc_tokens`."""

    @property
    def title(self) -> str | None:
        """Return the text of the first heading, as HTML."""
        return self.headings[0]["name"] if self.headings else None


def record_html(notebook: str, shown: Shown) -> Record:
    """Convert a notebook, given as JSON."""
    prose = _Prose()
    html = _template().render(
        nb=nbformat.reads(notebook, as_version=4),
        prose=MarkdownWithMath(renderer=prose).render,
        code=lambda source: shown.code.get(source.strip("\n")) or _coloured(source, "python"),
        figure=partial(_figure, shown),
        resources={"global_content_filter": defaultdict(lambda: True)},
    )
    return Record(html, nest_toc_tokens(prose.headings))


class _Prose(IPythonRenderer):
    """Renders Markdown as nbconvert does, but headings and code as the theme; notes headings."""

    def __init__(self) -> None:
        super().__init__(escape=False)
        self.headings: list[dict[str, Any]] = []
        self._names: set[str] = set()

    def heading(self, text: str, level: int, **_attributes: Any) -> str:
        """Return a heading, and note it."""
        plain = strip_tags(text)
        name = unique(slugify(plain, "-"), self._names)
        self.headings.append({"level": level, "id": name, "name": plain})
        link = f'<a class="headerlink" href="#{name}" title="Link to this section">#</a>'
        return f'<h{level} id="{name}">{text}{link}</h{level}>\n'

    def block_code(self, code: str, info: str | None = None) -> str:
        """Return a block of code, in the language that stands on its fence."""
        return _coloured(code, *(info or "").split()[:1])


def _figure(shown: Shown, kind: str, output: Mapping[str, Any]) -> str:
    value = output["data"][kind]
    content = value.encode("utf-8") if kind == "image/svg+xml" else b64decode(value)
    known = shown.figures.get(sha256(content).hexdigest()[:8])
    alt = output["metadata"].get(kind, {}).get("alt", "")
    source = f"data:{kind};base64,{b64encode(content).decode('ascii')}"
    return known or f'<img class="figure" alt="{escape(alt)}" src="{source}">'


def _source(coloured: str) -> str:
    return unescape(_TAG.sub("", coloured)).strip("\n")


def _coloured(source: str, language: str = "text") -> str:
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        lexer = TextLexer()
    return str(highlight(source, lexer, HtmlFormatter(wrapcode=True)))


@cache
def _template() -> Any:
    """Return the Jinja template, with what nbconvert's own templates need, compiled once."""
    return TemplateExporter(
        config=Config({"NbConvertBase": {"display_data_priority": _RICHEST_FIRST}}),
        template_name="base",
        template_file="record.html.j2",
        extra_template_paths=[str(files("site_tools.templates"))],
        filters={"terminal": collapse},
    ).template
