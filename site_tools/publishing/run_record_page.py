"""Run records in the markup of the theme: an nbconvert template for mkdocs-jupyter."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from functools import partial
from importlib import resources
from typing import Any, ClassVar

from jinja2 import BaseLoader, BytecodeCache, ChoiceLoader, DictLoader, Environment
from jinja2.ext import Extension
from mkdocs_jupyter import nbconvert2
from nbconvert.exporters import html, templateexporter

from site_tools.model.terminal_text import collapse
from site_tools.pages.figures import figure_of
from site_tools.pages.rich_outputs import rich_block, text_of
from site_tools.posts.code_html import highlighted

_TEMPLATE = "mkdocs_html/notebook.html.j2"
"""The name by which mkdocs-jupyter asks for the template of a notebook."""

_LAYOUT = resources.files("site_tools.publishing") / "templates" / "run-record.html.j2"

_ANCHOR = re.compile(r'<a class="anchor-link" (href="[^"]*")>[^<]*</a>')
_HEADERLINK = r'<a class="headerlink" \1 title="Link to this section">#</a>'


class RunPages(Extension):
    """Makes an environment of nbconvert lay out notebooks as pages like the others."""

    cache: ClassVar[BytecodeCache | None] = None
    template = DictLoader({_TEMPLATE: _LAYOUT.read_text("utf-8")})

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.bytecode_cache = self.cache
        theirs: list[BaseLoader] = [environment.loader] if environment.loader else []
        environment.loader = ChoiceLoader([self.template, *theirs])
        environment.filters.update(
            as_theme=_as_theme,
            python=_python,
            collapse=collapse,
            figure=_figure,
            rich=lambda output, number: rich_block(output.data, "", f"record-{number}"),
            plain_text=text_of,
        )


def prepare_converters(cache: BytecodeCache) -> None:
    """Have mkdocs-jupyter lay out notebooks so, with the same converters for all of them.

    mkdocs-jupyter makes new ones for each notebook, which takes most of its time; all get the same
    options. And it validates each notebook more than once. What nbconvert adds to its own layout is
    in ours, so that the finished page need not be parsed. `cache` keeps the compiled templates.
    """
    RunPages.cache = cache
    html.BeautifulSoup = _Whole  # type: ignore[assignment, attr-defined]
    extensions: list[object] = templateexporter.JINJA_EXTENSIONS  # type: ignore[assignment]
    if RunPages not in extensions:
        extensions.append(RunPages)
    for name in ("HTMLExporter", "MarkdownExporter"):
        made = getattr(nbconvert2, name)
        if isinstance(made, type):
            setattr(nbconvert2, name, _Once(partial(made, optimistic_validation=True)))
    if not isinstance(nbconvert2.get_nbconvert_app, _Once):
        nbconvert2.get_nbconvert_app = _Once(nbconvert2.get_nbconvert_app)


class _Whole:
    """A page that lacks nothing, in place of one in which nbconvert looks for what is missing."""

    def __init__(self, page: str, features: str) -> None:  # noqa: ARG002  as it is called
        self._page = page

    def select(self, _selector: str) -> list[Any]:
        """Return nothing."""
        return []

    def __str__(self) -> str:
        """Return the page as it is."""
        return self._page


class _Once:
    """Makes a thing once for each set of plain options."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make, self._made = make, dict[str, Any]()

    def __call__(self, **options: Any) -> Any:
        plain = {name: one for name, one in options.items() if isinstance(one, bool | str)}
        key = repr(sorted(plain.items()))
        if key not in self._made:
            self._made[key] = self._make(**options)
        return self._made[key]


def content(page: str) -> str:
    """Return what mkdocs-jupyter made of a notebook, without the styles that it puts behind it."""
    return page[: page.rindex("<style>")]


def _as_theme(text: str) -> str:
    return _ANCHOR.sub(_HEADERLINK, text)


def _figure(output: Any) -> str:
    """Return the picture of an output as a tag that holds its data; empty for none."""
    figure = figure_of(output.data)
    if figure is None:
        return ""
    described = output.metadata.get(figure.kind, {})
    source = f"data:{figure.kind};base64,{base64.b64encode(figure.content).decode('ascii')}"
    return figure.block(source, described.get("alt", ""))


def _python(code: str) -> str:
    return "".join(f"{line}\n" for line in highlighted(code, "python"))
