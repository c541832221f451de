"""What MkDocs cannot know of the staged tree. The only file that knows MkDocs.

A page's source is the author's file, not the staged copy; a run record looks like a post and is
not for the search; the feed's picture stands where the site stands; the theme has faults to mend.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from mkdocs.plugins import event_priority

from site_tools.mends import MendedLoader
from site_tools.run_page import run_page


@event_priority(100)  # the feed's plugin reads its settings in this event as well
def on_config(config: Any) -> Any:
    """Give the feed a picture: without one, its plugin writes the address `None`."""
    feed = config.plugins.get("rss")
    if feed:
        feed.config.image = f"{config.site_url}assets/logo.png"
    return config


@event_priority(101)  # before the plugin of tags, which renders with it at 100
def on_env(env: Any, files: Any, **_event: Any) -> Any:
    """Mend the theme's templates, and let them ask whether a file is in the staged tree."""
    env.loader = MendedLoader(env.loader)
    env.globals["is_staged"] = lambda path: files.get_file_from_path(path) is not None
    return env


def on_page_content(content: str, page: Any, **_event: Any) -> str:
    """Keep run records out of the search index, describe them, and make them look like posts."""
    if not page.file.src_uri.startswith("runs/"):
        return content
    page.meta["search"] = {"exclude": True}
    title = html.unescape(page.title)
    page.meta["description"] = f"{title}. Every cell, its output and its time."
    return run_page(content, Path(page.file.abs_src_path).read_text(encoding="utf-8"))


def on_page_context(context: dict[str, Any], page: Any, config: Any, **_event: Any) -> Any:
    """Point "edit this page" at the file that an author would edit."""
    repository = config.extra.get("repository")
    source = page.meta.get("source")
    is_page_of_ours = not page.file.generated_by and page.file.src_uri.endswith(".md")
    if not source and is_page_of_ours:
        source = f"docs/{page.file.src_uri}"
    page.edit_url = f"{repository}/edit/main/{source}" if repository and source else None
    return context
