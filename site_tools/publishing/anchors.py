"""Links to a place on a page: does the place exist? The renderer sees finished HTML only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from site_tools.checks.anchor_rules import missing_anchor
from site_tools.model.errors import Problem
from site_tools.model.source import Cell
from site_tools.posts.links import Link, anchored_links
from site_tools.posts.prose_html import anchors_in


@dataclass(frozen=True, slots=True)
class Anchored:
    """A link to a place on a page."""

    link: Link
    page: str
    """The staged page; another file for a link to something else."""


def anchored(cells: Iterable[Cell], own: str, page_of: Callable[[Link], str]) -> Iterator[Anchored]:
    """Yield the links in prose that name an anchor.

    `own` is the staged page of the prose; `page_of` returns the staged page that a link leads to.
    """
    for cell in cells:
        for link in anchored_links(cell):
            yield Anchored(link, page_of(link) if link.target else own)


def anchor_problems(staged: Mapping[str, bytes], links: Iterable[Anchored]) -> Iterator[Problem]:
    """Yield the links whose page has no such anchor."""

    @cache
    def anchors(page: str) -> frozenset[str]:
        return frozenset(anchors_in(staged[page].decode("utf-8")))

    for one in links:
        if one.page in staged and unquote(one.link.anchor) not in anchors(one.page):
            yield missing_anchor(one.link, anchors(one.page))
