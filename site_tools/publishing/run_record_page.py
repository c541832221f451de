"""Run records in the markup of the theme: an nbconvert template for mkdocs-jupyter."""

from __future__ import annotations

import re
from importlib import resources

from jinja2 import BaseLoader, ChoiceLoader, DictLoader, Environment
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.ext import Extension

from site_tools.pages.cell_outputs import is_drawing
from site_tools.posts.code_html import highlighted

_TEMPLATE = "mkdocs_html/notebook.html.j2"
"""The name by which mkdocs-jupyter asks for the template of a notebook."""

_LAYOUT = resources.files("site_tools.publishing") / "templates" / "run-record.html.j2"

_ANCHOR = re.compile(r'<a class="anchor-link" (href="[^"]*")>[^<]*</a>')
_HEADERLINK = r'<a class="headerlink" \1 title="Link to this section">#</a>'


class _Compiled(BytecodeCache):
    """Caches the templates, which mkdocs-jupyter would compile again for each notebook."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template's code, if it was compiled before."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


class RunPages(Extension):
    """Makes an environment of nbconvert lay out notebooks as pages like the others."""

    cache = _Compiled()
    template = DictLoader({_TEMPLATE: _LAYOUT.read_text("utf-8")})

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.bytecode_cache = self.cache
        theirs: list[BaseLoader] = [environment.loader] if environment.loader else []
        environment.loader = ChoiceLoader([self.template, *theirs])
        environment.filters.update(as_theme=_as_theme, python=_python)
        environment.tests["drawing"] = is_drawing


def content(html: str) -> str:
    """Return what mkdocs-jupyter made of a notebook, without the styles that it puts behind it."""
    return html[: html.rindex("<style>")]


def _as_theme(html: str) -> str:
    return _ANCHOR.sub(_HEADERLINK, html)


def _python(code: str) -> str:
    return "".join(f"{line}\n" for line in highlighted(code, "python"))
