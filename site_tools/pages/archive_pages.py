"""The pages that list posts by category, by year and by author, as far as they are ours.

The blog's plugin would make them up, with a bare word for a title and without a description. It
takes a staged page of the same name instead, and adds the posts below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import quote

import yaml

from site_tools.evidence.verdict import JudgedPost, Verdict
from site_tools.model.post import Author, Post
from site_tools.pages.number_text import goal_in_words, number_range
from site_tools.pages.reading_order import total
from site_tools.posts.page_names import page_name
from site_tools.posts.prose_html import Block, Heading, plain_html, staged


def category_page(category: str) -> str:
    """Return the page of a category, seen from the staged `posts/`."""
    return f"category/{page_name(category)}.md"


def views(
    judged: Sequence[JudgedPost], authors: Mapping[str, Author], *, author_pages: bool = True
) -> dict[str, str]:
    """Return the pages, by their names in the staged `posts/`; none of authors without these."""
    posts = [one.post for one in judged]
    years = _grouped((f"{post.date.year:04}", post) for post in posts)
    categories = _grouped((name, post) for post in posts for name in post.categories)
    people = _grouped((key, post) for post in posts for key in post.authors)
    pages = {f"archive/{year}.md": _page(f"Posts from {year}", own) for year, own in years.items()}
    for name, own in categories.items():
        pages.setdefault(category_page(name), _page(name, own))
    for key, own in people.items() if author_pages else ():
        author = authors[key]
        proved = _proved([one for one in judged if key in one.post.authors])
        title = f"Posts by {author.name}"
        pages[f"author/{author.page}.md"] = _page(title, own, author.role, proved)
    return pages


def _proved(judged: Sequence[JudgedPost]) -> list[Block]:
    """Return a section with the claims of posts, each with what was measured."""
    items = []
    for one in judged:
        link = f'<a href="../../{quote(one.post.slug)}/">{plain_html(one.post.title)}</a>'
        items += [
            f"<li>{plain_html(verdict.claim.says)}: {_measured(verdict)} ({link})</li>"
            for verdict in one.evidence.verdicts
            if verdict.accepted
        ]
    if not items:
        return []
    return [Heading(2, "Claims that were proved"), "\n".join(["<ul>", *items, "</ul>"])]


def _measured(verdict: Verdict) -> str:
    """Return the numbers of an accepted claim, as HTML."""
    goal = verdict.claim.goal
    off = [trial.value for trial in verdict.off if trial.value is not None]
    trained = number_range([verdict.published.value or 0.0], goal)
    parts = [f"<b>{trained}</b>", f"goal: {escape(goal_in_words(goal))}"]
    if off:
        parts.append(f"with learning off {number_range(off, goal)}")
    return ", ".join(parts)


def _grouped(pairs: Iterable[tuple[str, Post]]) -> dict[str, list[Post]]:
    groups: dict[str, list[Post]] = {}
    for key, post in pairs:
        groups.setdefault(key, []).append(post)
    return groups


def _page(title: str, posts: Sequence[Post], role: str = "", more: Sequence[Block] = ()) -> str:
    about = f"{role}. {total(posts)}." if role else f"{total(posts)}."
    meta = {"title": title, "description": f"{title}: {about}"}
    head = yaml.safe_dump(meta, sort_keys=False, allow_unicode=True, width=1000)
    blocks: list[Block] = [Heading(1, plain_html(title)), f"<p>{plain_html(about)}</p>", *more]
    return f"---\n{head}---\n\n{staged(blocks)}"
