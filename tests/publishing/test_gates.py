"""What every page must hold, in a real browser: for eyes, hands, paper and slow lines.

Nothing here knows how a page is laid out. What a test wants to see, it asks of the page.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, ViewportSize

from tests.support.browser import DESK, PHONE, all_pages, read_to_the_end, soon
from tests.support.projects import EXAMPLES, LEARNING
from tests.support.visits import Visits

pytestmark = pytest.mark.slow

KINDS = ["/", "/posts/", "/evidence/", "/posts/two-layers/", "/runs/two-layers/", "/404.html"]
"""One page of each kind."""

PAGES = [f"/posts/{slug}/" for slug in EXAMPLES]
"""All posts."""

VIEWPORTS = pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture
def open_page(open_window: Callable[..., Page], example_address: str) -> Callable[..., Page]:
    """Open a page of the site, with the options of a browser's context."""
    return lambda path, *window, **options: open_window(example_address + path, *window, **options)


def asks_of_visits(test: Any) -> Any:
    """Have a process visit each page for all of the tests that ask something of it."""
    return pytest.mark.long(pytest.mark.xdist_group("visits")(test))


@pytest.fixture(scope="module")
def visits(browser: Browser, example_address: str) -> Visits:
    return Visits(browser, example_address)


@asks_of_visits
def test_pages_are_accessible(visits: Visits) -> None:
    """All posts are checked in the narrow window, where more of their content must scroll.

    What differs between wide and narrow windows is made by the theme, so one page of each kind is
    enough for the wide one.
    """
    found = [visits.visit(path, by_rules=True) for path in {*KINDS, *PAGES}]
    found += [visits.visit(path, "desk", by_rules=True) for path in KINDS]
    assert [fault for visit in found for fault in visit.inaccessible] == []


@asks_of_visits
def test_pages_are_whole(visits: Visits, example: Path) -> None:
    """Nothing is fetched from elsewhere, nothing is missing, nothing is wider than the screen."""
    found = [visits.visit(path, by_rules=True) for path in {*KINDS, *PAGES}]
    found += [visits.visit(path, "desk", by_rules=True) for path in KINDS]
    found += [visits.visit(path, "desk") for path in PAGES]
    assert [fault for visit in found for fault in visit.faults] == []
    assert visits.unwhole(sorted({*all_pages(example)} - {*KINDS, *PAGES})) == []


CONTROLS = "a[href], button, summary, input, select, textarea, [tabindex]:not([tabindex='-1'])"
MARK_CONTROLS = """(controls) => {
    window.visible = element => {
        const {width, height} = element.getBoundingClientRect()
        return width > 0 && height > 0 && element.checkVisibility({visibilityProperty: true})
    }
    const scrolls = element => element.scrollWidth > element.clientWidth
        && getComputedStyle(element).overflowX === "auto"
    // The arrows walk through results; a note opens from the box around its number; the way back
    // to the top shows itself, and can be reached, when one scrolls up.
    const elsewhere =
        "[role=dialog] [tabindex='-1'], .md-annotation [tabindex='-1'], button[hidden]"
    for (const element of document.querySelectorAll("body *"))
        if (visible(element) && (element.matches(controls) || scrolls(element)))
            if (!element.matches(elsewhere)) element.dataset.unreached = ""
}"""
LOOK_AT_FOCUS = """() => {
    const element = document.activeElement
    if (element === document.body) return {end: true}
    delete element.dataset.unreached
    const around = [element, element.parentElement, ...(element.labels ?? []),
        element.nextElementSibling].filter(Boolean)
    const look = () => around.filter(visible).map(one => {
        const style = getComputedStyle(one)
        return [style.outline, style.boxShadow, style.border, style.backgroundColor].join()
    }).join()
    const box = around.find(visible)?.getBoundingClientRect()
    const inside = box && box.right > 0 && box.left < innerWidth
        && box.bottom > 0 && box.top < innerHeight
    const focused = look()
    element.blur()
    const blurred = look()
    element.focus({preventScroll: true, focusVisible: true})
    return {html: element.outerHTML.slice(0, 150), seen: Boolean(inside) && focused !== blurred}
}"""


@VIEWPORTS
@pytest.mark.parametrize("path", KINDS)
def test_keyboard_reaches_everything(open_page: Any, path: str, viewport: ViewportSize) -> None:
    """Tab comes to all that can be clicked or scrolled, and one sees where it is."""
    page = open_page(path, viewport)
    read_to_the_end(page)
    page.evaluate(MARK_CONTROLS, CONTROLS)
    unseen = []
    for _ in range(500):
        page.keyboard.press("Tab")
        focus = page.evaluate(LOOK_AT_FOCUS)
        if focus.get("end"):
            break
        if not focus.get("seen", True) and not soon(
            page, lambda: bool(page.evaluate(LOOK_AT_FOCUS).get("seen", True))
        ):
            unseen.append(focus["html"])
    assert unseen == []
    unreached = page.locator("[data-unreached]").evaluate_all("all => all.map(e => e.outerHTML)")
    assert unreached == []


FRAME_OF_FOCUS = """() => {
    const focused = document.activeElement
    const near = [focused, ...focused.parentElement.querySelectorAll("label")]
    const seen = near.find(one => one.checkVisibility() && one.getBoundingClientRect().width > 1)
    if (!seen || focused === document.body) return null
    const {x, y, width, height} = seen.getBoundingClientRect()
    return {x: x - 5, y: y - 5, width: width + 10, height: height + 10}
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_is_framed(open_page: Any, scheme: str) -> None:
    """Each side of a control of the header changes where it has the focus."""
    page = open_page("/posts/two-layers/", DESK, color_scheme=scheme)
    page.wait_for_function("typeof document$ !== 'undefined'")
    framed = 0
    for _ in range(9):
        page.keyboard.press("Tab")
        page.wait_for_timeout(300)  # the search opens slowly
        name = page.evaluate("document.activeElement.className")
        box = page.evaluate(FRAME_OF_FOCUS)
        if "md-search" in name or "md-skip" in name:  # they change as a whole
            continue
        focused = picture_of(page, box)
        page.evaluate("() => { window.left = document.activeElement; left.blur() }")
        page.wait_for_timeout(200)
        changed = ImageChops.difference(focused, picture_of(page, box))
        seen = changed.point([255 if value > 60 else 0 for value in range(256)])
        width, height = seen.size
        sides = [(8, 0, width - 8, 8), (8, height - 8, width - 8, height)]
        sides += [(0, 8, 8, height - 8), (width - 8, 8, width, height - 8)]
        assert all(seen.crop(side).getbbox() for side in sides), (name, box)
        framed += 1
        page.evaluate("left.focus({preventScroll: true})")
    assert framed > 5


def picture_of(page: Page, box: Any) -> Image.Image:
    """Return what is in a box on the screen, in grey."""
    return Image.open(io.BytesIO(page.screenshot(clip=box))).convert("L")


WRONGLY_REACHED = """() => {
    for (const folded of document.querySelectorAll("details")) folded.open = true
    return new Promise(done => setTimeout(() => done([...document.querySelectorAll("main *")]
        .filter(element => {
            const {overflowX} = getComputedStyle(element)
            const scrolls = overflowX === "auto" && element.scrollWidth > element.clientWidth
            const isHidden = !element.checkVisibility({visibilityProperty: true})
            const reachable = element.getAttribute("tabindex") === "0"
            return !isHidden && element.matches("pre, code, table, math, span, div")
                && !element.closest(".md-annotation, .md-code__nav") && scrolls !== reachable
        }).map(element => element.outerHTML.slice(0, 100))), 100))
}"""


@VIEWPORTS
@pytest.mark.parametrize("path", ["/posts/two-layers/", "/write-a-post/"])
def test_keyboard_stops_only_where_something_scrolls(
    open_page: Any, path: str, viewport: ViewportSize
) -> None:
    """What was folded at first is reached as well."""
    page = open_page(path, viewport)
    read_to_the_end(page)
    rightly = soon(page, lambda: page.evaluate(WRONGLY_REACHED) == [])
    assert rightly, page.evaluate(WRONGLY_REACHED)


@VIEWPORTS
def test_results_fit_into_the_box_of_the_search(open_page: Any, viewport: ViewportSize) -> None:
    page = open_page("/", viewport)
    open_search(page)
    page.keyboard.type("autograd")
    result = page.locator(".md-search-result__link").first
    result.wait_for()

    def fits() -> bool:
        box, inside = page.locator(".md-search__inner").first.bounding_box(), result.bounding_box()
        return bool(box and inside and inside["width"] <= box["width"])

    assert soon(page, fits)  # the box grows


def test_keyboard_skips_to_the_content(open_page: Any) -> None:
    page = open_page("/posts/two-layers/", DESK)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText").strip() == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('article').contains(document.activeElement)")


def open_search(page: Page) -> None:
    page.wait_for_function("typeof document$ !== 'undefined'")  # the theme's script has run
    page.keyboard.press("/")
    page.get_by_role("dialog", name="Search").locator(".md-search__output").wait_for()


@VIEWPORTS
def test_keyboard_closes_the_search(open_page: Any, viewport: ViewportSize) -> None:
    page = open_page("/", viewport)
    open_search(page)
    page.keyboard.press("Escape")
    page.locator(".md-search__output").wait_for(state="hidden")


@VIEWPORTS
def test_keyboard_follows_a_result(open_page: Any, viewport: ViewportSize) -> None:
    page = open_page("/", viewport)
    open_search(page)
    page.keyboard.type("autograd")
    page.locator(".md-search-result__link[href$='h=autograd']").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts/**")


def test_keyboard_opens_the_drawer(open_page: Any) -> None:
    page = open_page("/how-it-works/", PHONE)
    link = page.get_by_role("link", name="About")
    assert not link.is_visible()
    page.get_by_role("checkbox", name="Navigation").focus()
    page.keyboard.press("Space")
    link.wait_for(state="visible")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/about/")


@asks_of_visits
@pytest.mark.parametrize("path", PAGES)
def test_post_is_light_and_lies_still(visits: Visits, path: str, record_property: Any) -> None:
    both = [visits.visit(path, by_rules=True), visits.visit(path, "desk")]
    record_property("kilobytes", both[0].kilobytes)
    assert max(visit.shift for visit in both) < 0.1
    assert max(visit.kilobytes for visit in both) <= 150


@asks_of_visits
def test_everything_reads_without_javascript(visits: Visits, example: Path) -> None:
    readings = {path: visits.read(path, on_paper=path in PAGES) for path in all_pages(example)}
    assert {path: one.unreadable for path, one in readings.items() if one.unreadable} == {}


@pytest.mark.parametrize("slug", LEARNING)
def test_evidence_reads_without_javascript(open_page: Any, slug: str) -> None:
    page = open_page(f"/posts/{slug}/", PHONE, java_script_enabled=False)
    card = page.get_by_role("region", name="Evidence")
    assert card.get_by_role("img").first.is_visible()
    struck = card.locator("del").first
    assert not struck.is_visible()
    card.get_by_text("The whole test").click()
    card.get_by_text("The program with learning switched off").first.click()
    assert struck.is_visible()


@asks_of_visits
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("path", PAGES)
def test_post_prints(visits: Visits, path: str, script: bool) -> None:  # noqa: FBT001
    found = visits.visit(path, "desk") if script else visits.read(path, on_paper=True)
    assert found.unprintable == []
