"""The path: published posts in the order in which to read them.

Knows posts and their order, and no page.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter

from site_tools.evidence.verdict import JudgedPost
from site_tools.model.post import Post
from site_tools.model.text import count


@dataclass(frozen=True, slots=True)
class Step:
    """A post's place on the path."""

    item: JudgedPost
    number: int
    """Counted from 1."""
    of: int
    """How many steps the path has."""
    before: tuple[Post, ...]
    """What the post requires, in the order of the path."""
    after: tuple[Post, ...]
    """What requires the post, in the order of the path."""
    preceding: Post | None
    """The step before; None at the beginning."""
    following: Post | None
    """The next step; None at the end."""

    @property
    def post(self) -> Post:
        """Return the post itself."""
        return self.item.post

    @property
    def links(self) -> list[tuple[str, str] | None]:
        """Return what the links from its page to its neighbours are made of: slug and title.

        None separates the kinds of neighbours, and replaces one that does not exist.
        """
        around = (*self.before, None, *self.after, None, self.preceding, self.following)
        return [(post.slug, post.title) if post else None for post in around]


def walk(published: Iterable[JudgedPost]) -> tuple[Step, ...]:
    """Return the path: each post after those that it requires, else the oldest first.

    A required post that is not published is not on the path and holds nothing up.
    """
    by_slug = {item.post.slug: item for item in published}
    order = _in_order([item.post for item in by_slug.values()])
    place = {post.slug: i for i, post in enumerate(order)}
    after: dict[str, list[Post]] = {slug: [] for slug in place}
    for post in order:
        for slug in place.keys() & post.requires:
            after[slug].append(post)
    return tuple(
        Step(
            by_slug[post.slug],
            number,
            len(order),
            before=tuple(order[i] for i in sorted(place[s] for s in place.keys() & post.requires)),
            after=tuple(after[post.slug]),
            preceding=order[number - 2] if number > 1 else None,
            following=order[number] if number < len(order) else None,
        )
        for number, post in enumerate(order, start=1)
    )


def _in_order(posts: list[Post]) -> list[Post]:
    by_slug = {post.slug: post for post in posts}
    graph = {slug: by_slug.keys() & post.requires for slug, post in by_slug.items()}
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    order: list[Post] = []
    open_now: list[tuple[date, str]] = []  # a heap of what may come next, the oldest on top
    while sorter.is_active():
        for slug in sorter.get_ready():
            heapq.heappush(open_now, (by_slug[slug].date, slug))
        _, slug = heapq.heappop(open_now)
        order.append(by_slug[slug])
        sorter.done(slug)
    return order


def time_for(posts: Iterable[Post]) -> str:
    """Return how long it takes to read and to rebuild some posts."""
    minutes = [(post.read_minutes, post.do_minutes) for post in posts]
    read, do = (sum(column) for column in zip(*minutes, strict=True))
    return f"{in_hours(read)} to read, {in_hours(do)} to rebuild"


def total(posts: Sequence[Post]) -> str:
    """Return how many posts there are, and how long they take: `1 post, 9 min to read, …`."""
    return f"{count(len(posts), 'post')}, {time_for(posts)}"


def in_hours(minutes: int) -> str:
    """Return a time as people write it: `50 min`, `1 h 10 min`."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours)
    return " ".join(parts)
