"""What MkDocs cannot know of the staged tree. The only file that knows MkDocs.

A page's source is the author's file, not the staged copy; a run record is not for the search;
the feed's picture stands where the site stands.
"""

from __future__ import annotations

from typing import Any

from mkdocs.plugins import event_priority


@event_priority(100)  # the feed's plugin reads its settings in this event as well
def on_config(config: Any) -> Any:
    """Give the feed a picture: without one, its plugin writes the address `None`."""
    feed = config.plugins.get("rss")
    if feed:
        feed.config.image = f"{config.site_url}assets/logo.png"
    return config


def on_page_content(html: str, page: Any, **_event: Any) -> str:
    """Keep run records out of the search index, and say what they are: notebooks have no head."""
    if page.file.src_uri.startswith("runs/"):
        page.meta["search"] = {"exclude": True}
        page.meta["description"] = f"{page.title}. Every cell, its output and its time."
    return html


def on_page_context(context: dict[str, Any], page: Any, config: Any, **_event: Any) -> Any:
    """Point "edit this page" at the file that an author would edit."""
    repository = config.extra.get("repository")
    source = page.meta.get("source")
    is_page_of_ours = not page.file.generated_by and page.file.src_uri.endswith(".md")
    if not source and is_page_of_ours:
        source = f"docs/{page.file.src_uri}"
    page.edit_url = f"{repository}/edit/main/{source}" if repository and source else None
    return context
