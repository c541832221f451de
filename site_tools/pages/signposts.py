"""A post's place on the path → the line at its head, and the links at its end.

The links go between staged posts, from `posts/posts/<slug>.md`.
"""

from __future__ import annotations

from collections.abc import Sequence

from site_tools.pages.archive_pages import category_page
from site_tools.pages.reading_order import Step, time_for
from site_tools.posts.markdown_text import escape, link_to

_PATH = "[the path](../../path.md)"


def head(step: Step) -> str:
    """Return where on the path a post stands, how long it takes, and what to read first."""
    parts = [f"{step.number} of {step.of} on {_PATH}", f"{time_for([step.post])} it yourself"]
    if step.post.categories:
        first = step.post.categories[0]
        parts.insert(0, f"[{escape(first)}](../{category_page(first)})")
    links = [link_to(post) for post in step.before]
    lines = [" · ".join(parts), *([f"Read first: {', '.join(links)}"] if links else [])]
    text = "<br>\n".join(lines)
    return f'<p class="kicker" markdown="span" data-search-exclude>\n{text}\n</p>'


def end(step: Step) -> str:
    """Return what comes before a post and after it."""
    return "\n\n".join(
        [
            '<nav class="signposts" aria-label="The path" markdown="1" data-search-exclude>',
            _side("Before this", _before(step)),
            _side("After this", _after(step)),
            "</nav>",
        ]
    )


def _side(title: str, items: Sequence[str]) -> str:
    listed = "\n".join(f"- {item}" for item in items)
    return f'<div markdown="1">\n\n**{title}**\n\n{listed}\n\n</div>'


def _before(step: Step) -> list[str]:
    if step.before:
        return [link_to(post) for post in step.before]
    begins = f"Nothing: {_PATH} begins here." if step.number == 1 else "Nothing."
    return [begins]


def _after(step: Step) -> list[str]:
    if step.following is None:
        return [f"This is the end of {_PATH}, for now."]
    others = [post for post in step.after if post != step.following]
    return [f"{link_to(step.following)}, next on {_PATH}", *map(link_to, others)]
