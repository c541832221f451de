"""Finished pages of earlier builds, each under a digest of all that its templates read.

That is the page itself, what it names of others (its neighbours, the steps of the path around it,
the posts that it lists), the navigation, the settings, the generator's code and what is installed.
A site with templates, extensions, plugins or hooks of its own keeps none: they may read anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Template

from site_tools.publishing.build_fingerprint import custom_files
from site_tools.publishing.excerpts import opening
from site_tools.publishing.kept_pages import shared_by_all, uses_only_ours
from site_tools.publishing.kept_results import KeptResults
from site_tools.publishing.path_menu import PathMenu


class LaidOut(Template):
    """A template that gives what is kept of a page, if anything is."""

    def render(self, *args: Any, **values: Any) -> str:
        """Return the finished page."""
        page = args[0].get("page") if args else None
        kept: str | None = getattr(page, "laid_out", None)
        return super().render(*args, **values) if kept is None else kept


class KeptLayouts:
    """What is kept of the finished pages of a site; `values` are its settings as they were read."""

    def __init__(self, root: Path, values: Mapping[str, Any], config: Any) -> None:
        self._results = KeptResults(root / ".elevenlines" / "layouts")
        self._is_on = uses_only_ours(values) and not custom_files(values)
        self._shared = shared_by_all(values, config)
        self._menu = PathMenu([])
        self._nav = ""

    def begin(self, menu: PathMenu, pages: Iterable[Any]) -> None:
        """Note what all pages show of each other; forget those that no longer exist."""
        self._menu, self._nav = menu, ""
        self._results.prune(page.file.src_uri for page in pages)

    def find(self, page: Any, context: Mapping[str, Any]) -> None:
        """Have the templates of a page give what is kept; else convert the posts that it lists."""
        page.laid_out, page.layout_key = None, ""
        listed = context.get("posts") or ()
        if self._is_on:
            page.layout_key = self._key(page, context)
            found = self._results.load(page.file.src_uri, page.layout_key)
            page.laid_out = None if found is None else found.decode("utf-8")
        if page.laid_out is None:
            for excerpt in listed:
                excerpt.convert()

    def keep(self, page: Any, output: str) -> None:
        """Keep a page that was not."""
        if page.layout_key:
            content = output.encode("utf-8", errors="xmlcharrefreplace")  # as MkDocs writes it
            self._results.save(page.file.src_uri, page.layout_key, content)

    def _key(self, page: Any, context: Mapping[str, Any]) -> str:
        nav = context["nav"]
        self._nav = self._nav or repr([_item(one) for one in (nav.homepage, *nav.items) if one])
        parts = [
            page.file.src_uri,
            page.edit_url,
            page.content,
            str(page.toc),
            [_name(one) for one in (page.previous_page, page.next_page, *page.ancestors)],
            [[tag.name, tag.hidden, tag.url] for tag in context.get("tags") or ()],
            _own(page),
            [_listed(excerpt) for excerpt in context.get("posts") or ()],
            [len(getattr(page, "posts", ())), [_name(one) for one in getattr(page, "pages", ())]],
        ]
        text = "\n".join([self._shared, self._nav, self._menu.text(page), repr(parts)])
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _item(item: Any) -> list[Any]:
    """Return what the navigation shows of a page, a section or a link."""
    children = [_item(child) for child in getattr(item, "children", None) or ()]
    return [_name(item), getattr(item, "meta", None), children]


def _name(item: Any) -> tuple[str, str] | None:
    """Return title and address of a page, a section or a link."""
    return item and (item.title, getattr(item, "url", ""))


def _own(page: Any) -> list[Any]:
    """Return what a page says about itself."""
    return [
        _name(page),
        page.meta,
        [dict(author) for author in getattr(page, "authors", ())],
        [_name(category) for category in getattr(page, "categories", ())],
    ]


def _listed(excerpt: Any) -> list[Any]:
    """Return what a list shows of a post."""
    post = excerpt.post
    options = {name: value for name, value in excerpt.config.items() if name != "links"}
    return [
        *_own(post),
        opening(post.markdown),
        options,
        len(excerpt.authors),
        len(excerpt.categories),
    ]
