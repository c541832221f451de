"""The content of pages as MkDocs made it before, so that it need not be made again.

In staged pages all but the headings is HTML. So their content is a function of the staged file, the
settings, the generator's code and what is installed. That holds for the extensions and plugins that
every site has: a site with others, or with hooks, keeps nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from mkdocs.structure.toc import AnchorLink, TableOfContents

from site_tools.publishing.build_fingerprint import generator
from site_tools.publishing.kept_results import KeptResults
from site_tools.publishing.mkdocs_defaults import plugin_names

OF_POSTS = ("posts/posts/", "runs/")
"""Where the staged files of posts and of run records lie."""

_MADE_OF_ALL = "<!-- material/"
"""In pages with a list that a plugin makes of all pages."""

_TITLE = "_title_from_render"
"""Where MkDocs keeps the title that it has found in the text of a page."""


class KeptPages:
    """What is kept of the pages of one site.

    `values` are its settings as they were read, `config` what the renderer makes of them: a fork
    of MkDocs has a type of its own, and what it renders is kept apart.
    """

    def __init__(self, root: Path, values: Mapping[str, Any], config: Any) -> None:
        self._results = KeptResults(root / ".elevenlines" / "pages")
        self.is_on = uses_only_ours(values)
        """Whether anything is kept, and files of the staged tree may be linked into the site."""
        self._shared = shared_by_all(values, config)

    def prepare(self, page: Any, source: str) -> bool:
        """Have a page rendered as it is kept; return whether it is.

        `source` is the text of its staged file without front matter.
        """
        page.kept_key, page.entries = "", None
        if hasattr(page, "config"):  # a post of the blog, which counts its words only once
            page.config.readtime = page.meta.get("readtime")
        name = page.file.src_uri
        if not self.is_on or page.file.generated_by or _MADE_OF_ALL in source:
            return False
        if not name.startswith("runs/"):  # mkdocs-jupyter sets that of a run record each time
            vars(page).pop("render", None)
        text = f"{name}\n{self._shared}\n{page.meta!r}\n{source}"
        page.kept_key = hashlib.sha256(text.encode("utf-8")).hexdigest()
        found = self._results.load(name, page.kept_key)
        if found is not None:
            *content, page.entries, minutes = json.loads(found)
            page.render = partial(_restore, page, content)
            page.kept_key = ""
            if hasattr(page, "config"):
                page.config.readtime = minutes
        return found is not None

    def keep(self, page: Any, content: str) -> None:
        """Keep the content of a page, which has no fault."""
        links = page.links_to_anchors or {}
        if page.kept_key and set(links) <= {page.file}:  # those of headings to themselves
            titles = [vars(page).get("title"), getattr(page, _TITLE, None)]
            anchors = page.present_anchor_ids
            kept = [
                content,
                [_plain(item) for item in page.toc],
                titles,
                None if anchors is None else sorted(anchors),
                links.get(page.file),
                page.entries,
                page.config.readtime if hasattr(page, "config") else None,
            ]
            data = json.dumps(kept, default=str).encode("ascii")  # as the search index
            self._results.save(page.file.src_uri, page.kept_key, data)

    def prune(self, names: Iterable[str]) -> None:
        """Delete what is kept of pages that no longer exist; `names` are all staged files."""
        self._results.prune(names)


def uses_only_ours(values: Mapping[str, Any]) -> bool:
    """Return whether a site has no extensions, hooks and plugins but those of every site."""
    if values.get("hooks") or values.get("markdown_extensions"):
        return False
    return set(_names(values.get("plugins") or ())) <= {"elevenlines", *plugin_names()}


def shared_by_all(values: Mapping[str, Any], config: Any) -> str:
    """Return a text that changes with what all pages of a site depend on."""
    return f"{generator()}\n{type(config).__module__}\n{values!r}"


def _names(plugins: Iterable[Any]) -> list[str]:
    return [name for one in plugins for name in ([one] if isinstance(one, str) else one)]


def _plain(item: AnchorLink) -> list[Any]:
    return [item.title, item.id, item.level, [_plain(child) for child in item.children]]


def _item(plain: list[Any]) -> AnchorLink:
    title, anchor, level, children = plain
    item = AnchorLink(title, anchor, level)
    item.children = [_item(child) for child in children]
    return item


def _restore(page: Any, kept: list[Any], *_: Any) -> None:
    """Set what rendering a page sets; the first entry of a contents list is marked as in MkDocs."""
    page.content, toc, (title, rendered), anchors, links = kept
    items = [_item(one) for one in toc]
    for item in items[:1]:
        item.active = True  # type: ignore[attr-defined]
    page.toc = TableOfContents(items)
    if title is not None:
        page.title = title
    setattr(page, _TITLE, rendered)
    page.present_anchor_ids = None if anchors is None else set(anchors)
    page.links_to_anchors = {page.file: links} if links else {}
