"""One visit to a page answers what several tests ask: to load a long page again takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from playwright.sync_api import Browser, Page, Request, ViewportSize

from tests.support.browser import (
    DESK,
    PAPER,
    PHONE,
    SETTLE,
    SHIFT,
    STILL,
    faults_of,
    inaccessible,
    misplaced,
    read_to_the_end,
    scroll_to_the_end,
    unprintable,
    unreadable,
)

Window = Literal["phone", "desk"]

SIZES: dict[Window, ViewportSize] = {"phone": PHONE, "desk": DESK}


@dataclass(frozen=True)
class Visit:
    """What a new window has shown of a page that was read to its end."""

    faults: list[str]
    """What the page asks of others, lacks or complains about, and what of it is misplaced."""
    kilobytes: float
    """HTML, CSS and JavaScript, as they came."""
    shift: float
    """How far content has moved by itself."""
    inaccessible: list[tuple[str, str, str]]
    """What violates a rule of axe, in both schemes; empty if that was not asked."""
    unprintable: list[str]
    """What is wrong on paper; empty where axe was asked."""


@dataclass(frozen=True)
class Reading:
    """What a window without JavaScript has shown of a page."""

    unreadable: list[str]
    """On a phone and at a desk."""
    unprintable: list[str]


class Visits:
    """The visits to a site: each is made once, when a test first asks for it."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser, self._address = browser, address
        self.visit = cache(self._visit)
        self.read = cache(self._read)

    def _visit(self, path: str, window: Window = "phone", *, by_rules: bool = False) -> Visit:
        """Scroll a page to its end, as a reader does, and examine it.

        By the rules of axe it is examined in the light scheme, then in the dark one. Otherwise it
        is dark from the start, and printed at the end: a dark page must come out light.
        """
        scheme = "light" if by_rules else "dark"
        with self._window(viewport=SIZES[window], color_scheme=scheme) as page:
            faults, weigh = faults_of(page, self._address), _scale(page)
            page.goto(self._address + path)
            scroll_to_the_end(page)
            shift = page.evaluate(SHIFT)
            page.add_style_tag(content=STILL)
            page.keyboard.press("Home")  # at the end, the contents at the side are cut by their box
            page.evaluate(SETTLE)
            places = misplaced(page, path)
            found = inaccessible(page, path) if by_rules else []
            paper = [] if by_rules else _on_paper(page)
            return Visit([*faults, *places], weigh(), shift, found, paper)

    def _read(self, path: str, *, on_paper: bool = False) -> Reading:
        """Read a page without JavaScript, in narrow and wide windows and, if asked, on paper."""
        with self._window(viewport=PHONE, color_scheme="dark", java_script_enabled=False) as page:
            page.goto(self._address + path)
            found = unreadable(page)
            page.set_viewport_size(DESK)
            found += unreadable(page)
            return Reading(found, _on_paper(page) if on_paper else [])

    def unwhole(self, paths: list[str]) -> list[str]:
        """Return what pages ask of others, lack or complain about, and what is misplaced.

        Each is loaded on a phone, and made as wide as a desk.
        """
        with self._window(viewport=PHONE) as page:
            faults = faults_of(page, self._address)
            for path in paths:
                page.goto(self._address + path)
                read_to_the_end(page)
                for size in (PHONE, DESK):
                    page.set_viewport_size(size)
                    page.evaluate(SETTLE)
                    faults += misplaced(page, path)
                page.set_viewport_size(PHONE)
            return list(faults)

    @contextmanager
    def _window(self, **options: Any) -> Iterator[Page]:
        context = self._browser.new_context(**options)
        context.set_default_timeout(240_000)
        yield context.new_page()
        context.close()


def _on_paper(page: Page) -> list[str]:
    page.set_viewport_size(PAPER)
    return unprintable(page)


def _scale(page: Page) -> Callable[[], float]:
    """Return what weighs the HTML, CSS and JavaScript that have come, in kilobytes."""
    weights: dict[str, int] = {}

    def finished(request: Request) -> None:
        response = request.response()
        kind = response.headers.get("content-type", "") if response else ""
        if any(name in kind for name in ("html", "css", "javascript")):
            weights[request.url] = request.sizes()["responseBodySize"]

    def weigh() -> float:
        assert any(name.endswith(".js") for name in weights)
        return sum(weights.values()) / 1000

    page.on("requestfinished", finished)
    return weigh
