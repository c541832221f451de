"""The pages that list posts by category, by year and by author, as far as they are ours.

The blog's plugin would make them up, with a bare word for a title and without a description. It
takes a staged page of the same name instead, and adds the posts below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import yaml

from site_tools.model.post import Author, Post
from site_tools.pages.reading_order import total
from site_tools.posts.page_names import page_name
from site_tools.posts.prose_html import Block, Heading, plain_html, staged


def category_page(category: str) -> str:
    """Return the page of a category, seen from the staged `posts/`."""
    return f"category/{page_name(category)}.md"


def views(
    posts: Sequence[Post], authors: Mapping[str, Author], *, author_pages: bool = True
) -> dict[str, str]:
    """Return the pages, by their names in the staged `posts/`; none of authors without these."""
    years = _grouped((f"{post.date.year:04}", post) for post in posts)
    categories = _grouped((name, post) for post in posts for name in post.categories)
    people = _grouped((key, post) for post in posts for key in post.authors)
    pages = {f"archive/{year}.md": _page(f"Posts from {year}", own) for year, own in years.items()}
    for name, own in categories.items():
        pages.setdefault(category_page(name), _page(name, own))
    for key, own in people.items() if author_pages else ():
        author = authors[key]
        pages[f"author/{author.page}.md"] = _page(f"Posts by {author.name}", own, author.role)
    return pages


def _grouped(pairs: Iterable[tuple[str, Post]]) -> dict[str, list[Post]]:
    groups: dict[str, list[Post]] = {}
    for key, post in pairs:
        groups.setdefault(key, []).append(post)
    return groups


def _page(title: str, posts: Sequence[Post], role: str = "") -> str:
    about = f"{role}. {total(posts)}." if role else f"{total(posts)}."
    meta = {"title": title, "description": f"{title}: {about}"}
    head = yaml.safe_dump(meta, sort_keys=False, allow_unicode=True, width=1000)
    blocks: list[Block] = [Heading(1, plain_html(title)), f"<p>{plain_html(about)}</p>"]
    return f"---\n{head}---\n\n{staged(blocks)}"
