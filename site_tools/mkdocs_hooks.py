"""What MkDocs cannot know of the staged tree. The only file that knows MkDocs.

A page's source is the author's file, not the staged copy; a run record is not for the search, and
its notebook is converted here; lists and the search read no more of a page than they use; the
feed's picture stands where the site stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from functools import partial
from pathlib import Path
from typing import Any

from mkdocs.plugins import event_priority
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url

from site_tools.excerpts import opening
from site_tools.record_html import Shown, record_html, shown_by

_CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_SPAN = re.compile(r"</?span\b[^>]*>")


class _Unstyled:
    """Instead of a style of Pygments: the theme has the colours.

    Pygments would write the style's CSS anew for each block of code, and use it for none.
    """

    background_color = ""

    def __iter__(self) -> Iterator[None]:
        return iter(())


@event_priority(100)  # the feed's plugin reads its settings in this event as well
def on_config(config: Any) -> Any:
    """Give the feed a picture: without one, its plugin writes the address `None`."""
    feed = config.plugins.get("rss")
    if feed:
        feed.config.image = f"{config.site_url}assets/logo.png"
    config.mdx_configs["pymdownx.highlight"]["pygments_style"] = _Unstyled()
    return config


@event_priority(-100)  # after mkdocs-jupyter, which replaces the same method
def on_pre_page(page: Any, **_event: Any) -> Any:
    """Convert run records in our own way."""
    if page.file.src_uri.startswith("runs/"):
        page.render = partial(_render_record, page)
    return page


def _render_record(page: Any, _config: Any, files: Any) -> None:
    """Do what MkDocs' `Page.render` does, and keep the record out of the search index."""
    post = files.get_file_from_path(f"posts/posts/{page.file.name}.md")
    shown = Shown()
    if post and post.page and post.page.content:
        shown = shown_by(post.page.content, get_relative_url(post.url, page.url))
    record = record_html(Path(page.file.abs_src_path).read_text(encoding="utf-8"), shown)
    page.content, page.toc, page.title = record.html, get_toc(record.headings), record.title
    page.meta["search"] = {"exclude": True}


def on_page_content(html: str, page: Any, **_event: Any) -> str:
    """Have lists convert no more of a post than they show."""
    excerpt = getattr(page, "excerpt", None)
    if excerpt:
        excerpt.post = copy(page)
        excerpt.post.markdown = opening(page.markdown)
    return html


def on_env(env: Any, config: Any, **_event: Any) -> Any:
    """Have the search read code without its colours, which are most of a page's tags."""
    search = config.plugins.get("material/search")
    if search:
        add = search.search_index.add_entry_from_context
        search.search_index.add_entry_from_context = lambda page: add(_without_colours(page))
    return env


def _without_colours(page: Any) -> Any:
    plain = copy(page)
    plain.content = _CODE.sub(lambda code: _SPAN.sub("", code[0]), page.content)
    return plain


def on_page_context(context: dict[str, Any], page: Any, config: Any, **_event: Any) -> Any:
    """Point "edit this page" at the file that an author would edit."""
    repository = config.extra.get("repository")
    source = page.meta.get("source")
    is_page_of_ours = not page.file.generated_by and page.file.src_uri.endswith(".md")
    if not source and is_page_of_ours:
        source = f"docs/{page.file.src_uri}"
    page.edit_url = f"{repository}/edit/main/{source}" if repository and source else None
    return context
