"""Rules between posts: addresses, authors, categories and tags, `requires`."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from site_tools.model.errors import Problem, for_readers, nearest
from site_tools.model.post import Post
from site_tools.model.source import Place
from site_tools.posts.page_names import page_name


def neighbour_problems(
    posts: Iterable[Post], authors: Iterable[str], slugs: Iterable[str]
) -> list[Problem]:
    """Return what is wrong between posts.

    Two at one address, an unknown author, a `requires` that is missing or goes in a circle.
    `slugs` are those of all files, also of posts that could not be read.
    """
    posts = list(posts)
    known_authors, known_slugs = list(authors), set(slugs)
    by_slug = defaultdict(list)
    for post in posts:
        by_slug[post.slug].append(post)
    problems = []
    for slug, same in by_slug.items():
        for post in same[1:]:
            what = f"{same[0].file} has the same address, /posts/{slug}/."
            problems.append(Problem(Place(post.file, 0), what, "Rename one of the two files."))
    drafts = {post.slug for post in posts if post.draft}
    among = [*_name_problems(posts), *_cycles(posts)]
    for post in posts:
        among += _author_problems(post, known_authors)
        among += _requires_problems(post, known_slugs, drafts)
    return [*problems, *for_readers(among)]


def title_warnings(posts: Iterable[Post]) -> Iterator[Problem]:
    """Yield posts with the title of an earlier one."""
    first: dict[str, Post] = {}
    for post in posts:
        other = first.setdefault(" ".join(post.title.casefold().split()), post)
        if other is not post:
            what = f"{other.file} has the same title."
            yield Problem(post.place_of("title"), what, "Say in one of them what is different.")


def _author_problems(post: Post, known: list[str]) -> Iterator[Problem]:
    for author in post.authors:
        if author not in known:
            what = f"unknown author `{author}`."
            key = "-".join(re.findall(r"[a-z0-9]+", _plain(author)))
            remedy = f"Did you mean `{key}`?" if key in known else nearest(author, known)
            remedy = remedy or "Add them to posts/.authors.yml."
            yield Problem(post.place_of("authors"), what, remedy)


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()


def _name_problems(posts: Iterable[Post]) -> Iterator[Problem]:
    """Yield categories and tags that would share an address with another one."""
    kinds = {"category": "categories", "tag": "tags"}
    first: dict[tuple[str, str], str] = {}
    for post in posts:
        for kind, key in kinds.items():
            for i, name in enumerate(getattr(post, key)):
                other = first.setdefault((kind, page_name(name)), name)
                if other != name:
                    what = f"{kind} `{name}` and `{other}` would have the same address."
                    place = post.place_of(f"{key}.{i}")
                    yield Problem(place, what, "Spell both the same, or rename one of them.")


def allowed_problems(
    posts: Iterable[Post], key: Literal["categories", "tags"], allowed: Sequence[str]
) -> Iterator[Problem]:
    """Yield the categories or tags of posts that the site does not allow."""
    for post in posts:
        for i, name in enumerate(getattr(post, key)):
            if name not in allowed:
                what = f"unknown {'category' if key == 'categories' else 'tag'} `{name}`."
                remedy = nearest(name, allowed) or f"The {key} are {', '.join(allowed)}."
                yield Problem(post.place_of(f"{key}.{i}"), what, remedy)


def _requires_problems(post: Post, slugs: set[str], drafts: set[str]) -> Iterator[Problem]:
    place = post.place_of("requires")
    for slug in post.requires:
        if slug not in slugs:
            remedy = (
                nearest(slug, slugs - {post.slug}) or f"The posts are {', '.join(sorted(slugs))}."
            )
            yield Problem(place, f"`requires` names `{slug}`, but there is no such post.", remedy)
        elif slug in drafts and not post.draft:
            what = f"`requires` names `{slug}`, which is a draft that readers cannot open."
            yield Problem(place, what, "Publish it first, or make this post a draft as well.")


def _cycles(posts: list[Post]) -> list[Problem]:
    try:
        TopologicalSorter({post.slug: post.requires for post in posts}).prepare()
    except CycleError as error:
        cycle = error.args[1]
        what = f"the posts require each other in a cycle: {' → '.join(cycle)}."
        place = next(post for post in posts if post.slug == cycle[0]).place_of("requires")
        return [Problem(place, what, "Remove one of these `requires`.")]
    return []
