"""What a post says that its author probably did not mean to publish: warnings of `check`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from site_tools.model.errors import Problem, nearest
from site_tools.model.post import Post
from site_tools.model.source import Place

PLACEHOLDERS = {
    "description": "Say in one sentence what the reader will build.",
    "no_learning": "Replace this by `learns`, or say why the post trains nothing.",
}
"""What `new --from` writes into the front matter where it finds nothing in the file."""

_TEMPLATE = (
    "One sentence that makes someone who knows only Python want to read on.",
    "This post already learns. Say in a paragraph what the reader will have built at its end.",
    *PLACEHOLDERS.values(),
)
"""Sentences that `new` writes, and that only its author can replace."""


def warnings(posts: Sequence[Post], all_posts: Iterable[Post], today: date) -> Iterator[Problem]:
    """Yield dates in the future, and categories like another one."""
    uses: dict[str, list[str]] = {}
    for post in all_posts:
        for category in post.categories:
            uses.setdefault(category, []).append(post.file)
    for post in posts:
        if post.date > today:
            what = f"the date {post.date} is in the future, and `build` publishes the post now."
            yield Problem(post.place_of("date"), what, "Correct it, or keep it `draft: true`.")
        for i, category in enumerate(post.categories):
            if uses[category] != [post.file]:
                continue
            others = [name for name, files in uses.items() if len(files) > 1 or files < [post.file]]
            if remedy := nearest(category, others):
                what = f"no other post is in the category `{category}`."
                yield Problem(post.place_of(f"categories.{i}"), what, remedy)


def template_text(post: Post) -> Iterator[Problem]:
    """Yield the places of sentences that the author of a new post should have replaced."""
    texts: list[tuple[str, Place]] = [
        (getattr(post, key), post.place_of(key)) for key in PLACEHOLDERS
    ]
    texts += [(line.text, line.place) for cell in post.prose_cells for line in cell.lines]
    for text, place in texts:
        if text.strip() in _TEMPLATE:
            what = f"`{text.strip()}` is the text of the template."
            yield Problem(place, what, "Write your own.")
