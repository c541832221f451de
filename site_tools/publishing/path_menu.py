"""The steps of the path in the menu of a page: of a long path, those around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MOST_STEPS = 100
"""Steps of the path in the menu of a page: all of 1,000 would be 180 kB on each of 2,000 pages."""


class PathMenu:
    """The posts in the order of the path; `pages` are the pages of a site, in any order."""

    def __init__(self, pages: Iterable[Any]) -> None:
        self._steps = _in_order(pages)
        self._places = {id(page): place for place, page in enumerate(self._steps)}
        self._texts = [f"{step.title}\n{step.url}" for step in self._steps]

    def around(self, page: Any) -> list[tuple[int, Any]]:
        """Return the steps that the menu of a page lists, with their numbers."""
        first = self._first(page)
        return [*enumerate(self._steps[first : first + MOST_STEPS], start=first + 1)]

    def text(self, page: Any) -> str:
        """Return a text that changes with that menu."""
        first = self._first(page)
        own = self._places.get(id(page), "")
        return "\n".join([f"{first} {own}", *self._texts[first : first + MOST_STEPS]])

    def _first(self, page: Any) -> int:
        own = self._places.get(id(page), 0)
        return max(0, min(own - MOST_STEPS // 2, len(self._steps) - MOST_STEPS))


def _in_order(pages: Iterable[Any]) -> list[Any]:
    """Return the pages of the posts in the order of the path; set the neighbours of each."""
    posts = {page.meta["slug"]: page for page in pages if "neighbours" in page.meta}
    steps = []
    for page in posts.values():
        before, after = page.meta["neighbours"]
        page.previous_page, page.next_page = posts.get(before), posts.get(after)
        steps += [] if before else [page]
    while steps and steps[-1].next_page:
        steps.append(steps[-1].next_page)
    return steps
