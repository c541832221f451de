"""What every page must hold, in a real browser: for eyes, hands, paper and slow lines.

Nothing here knows how a page is laid out. What a test wants to see, it asks of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, ViewportSize

from tests.support.projects import POSTS

pytestmark = pytest.mark.slow

KINDS = ["/", "/posts/", "/evidence/", "/posts/eleven-lines/", "/runs/eleven-lines/", "/404.html"]
"""One page of each kind."""

PHONE: ViewportSize = {"width": 360, "height": 800}
DESK: ViewportSize = {"width": 1280, "height": 800}
PAPER: ViewportSize = {"width": 690, "height": 1000}
"""A4 with margins of 14 mm."""

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {
    "runOnly": {"type": "tag", "values": STANDARDS},
    "resultTypes": ["violations"],
    # The switch of the drawer is first in the page, like the link that skips to its content.
    "rules": {"region": {"enabled": False}},
}
CONTRAST = {
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
    "resultTypes": ["violations"],
}


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Any]:
    """Open a page of the site, with the options of a browser's context."""
    contexts = []

    def opened(path: str, viewport: ViewportSize, **options: Any) -> Page:
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(address + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def all_pages(published: Path) -> list[str]:
    """Return the paths of all pages of the site."""
    site = published / "site"
    names = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return ["/" + name.removesuffix("index.html") for name in names]


STILL = "* { transition: none !important; animation: none !important }"

SOON = """const pause = time => new Promise(next => setTimeout(next, time))
    const soon = promise => Promise.race([promise, pause(2000)])"""
"""A browser that draws nothing lets frames and images wait for ever; we wait for two seconds."""

LOAD_IMAGES = f"""async () => {{
    {SOON}
    await Promise.all([...document.images].map(image => {{
        image.loading = "eager"
        return soon(image.decode().catch(() => 0))
    }}))
}}"""

SETTLE = f"""async () => {{
    {SOON}
    let changes = 0
    const observer = new MutationObserver(() => changes++)
    observer.observe(document.body, {{
        attributes: true, characterData: true, childList: true, subtree: true}})
    for (let before = -1; before !== changes;) {{
        before = changes
        for (let frames = 0; frames < 4; frames++) await soon(new Promise(requestAnimationFrame))
    }}
    observer.disconnect()
}}"""
"""Wait until nothing changes any more."""


def read_to_the_end(page: Page) -> None:
    """Have a page in view from its head to its foot, for what it makes only where it is seen.

    The window is as tall as the page for a moment. Were the page scrolled by a script instead, then
    Chromium would now and then wait for itself for ever: on a busy machine it does, in `scrollTo`.
    """
    window = page.viewport_size
    assert window
    page.add_style_tag(content=STILL)
    tall = page.evaluate("document.scrollingElement.scrollHeight")
    page.set_viewport_size({"width": window["width"], "height": max(tall, window["height"])})
    page.evaluate(LOAD_IMAGES)
    page.evaluate(SETTLE)
    page.set_viewport_size(window)
    page.evaluate(SETTLE)


def scroll_to_the_end(page: Page) -> None:
    """Turn the wheel of the mouse, a window at a time, until the end of a page is in view.

    Images load when they come into view, as they do for a reader.
    """
    window = page.viewport_size
    assert window
    page.mouse.move(window["width"] / 2, window["height"] / 2)
    seen = 0
    while seen < page.evaluate("document.scrollingElement.scrollHeight"):
        seen += window["height"]
        page.mouse.wheel(0, window["height"])
        page.evaluate(SETTLE)
    page.evaluate(LOAD_IMAGES)


def thin_out_code(page: Page) -> None:
    """Keep one of all words of code that look the same in any scheme: axe is slow on each."""
    page.evaluate("""() => {
        const grounds = new Map()
        const ground = element => {
            if (!element) return ""
            if (!grounds.has(element)) {
                const {backgroundColor, opacity} = getComputedStyle(element)
                grounds.set(element, [ground(element.parentElement),
                    element.className, backgroundColor, opacity].join())
            }
            return grounds.get(element)
        }
        const looks = new Map()
        for (const word of document.querySelectorAll("pre :is(span, del):not(:has(*))"))
            looks.set(word, word.className + getComputedStyle(word).color + ground(word))
        const seen = new Set()
        for (const [word, look] of looks)
            if (seen.size === seen.add(look).size) word.replaceWith(...word.childNodes)
    }""")


def faults_of(page: Page, address: str) -> list[str]:
    """Return a list that fills with what a page asks of others, lacks, or complains about."""
    faults: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            faults.append(f"asks for {request.url}")

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # we left before it came
            faults.append(f"{request.failure} {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 400 and not response.url.endswith("/404.html"):
            faults.append(f"{response.status} {response.url}")

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            faults.append(message.text)

    page.on("request", asked)
    page.on("requestfailed", failed)
    page.on("response", answered)
    page.on("console", said)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults


def violations(page: Page, path: str, options: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return which elements violate which of axe's rules."""
    found = Axe().run(page, options=options).response["violations"]
    return [(path, one["help"], node["html"]) for one in found for node in one["nodes"]]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_are_accessible(open_page: Any, address: str, viewport: ViewportSize) -> None:
    """WCAG 2.2 AA and best practices, as far as axe can check them.

    All rules run in the light scheme. A scheme changes colors and nothing else, so in the dark one
    only the contrast is checked again. What differs between wide and narrow windows is made by the
    theme, so one page of each kind is enough for the wide one; all posts are checked in the narrow
    one, where more of their content must scroll and targets are smaller.
    """
    others = [f"/posts/{slug}/" for slug in POSTS if f"/posts/{slug}/" not in KINDS]
    faults = []
    page = open_page("/", viewport, color_scheme="light")
    for path in [*KINDS, *(others if viewport == PHONE else [])]:
        page.goto(address + path)
        read_to_the_end(page)
        thin_out_code(page)
        faults += violations(page, path, AXE)
        page.get_by_title("Switch to the dark scheme").click()
        page.wait_for_function("document.body.dataset.mdColorScheme === 'slate'")
        page.evaluate(SETTLE)
        faults += violations(page, path, CONTRAST)
        page.evaluate("localStorage.clear()")  # so that the next page is light again
    assert faults == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_are_whole(page: Page, address: str, published: Path, viewport: ViewportSize) -> None:
    """Nothing is fetched from elsewhere, nothing is missing, nothing is wider than the screen."""
    page.set_viewport_size(viewport)
    faults = faults_of(page, address)
    for path in all_pages(published):
        page.goto(address + path)
        read_to_the_end(page)
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        if wide > viewport["width"]:
            faults.append(f"{path} is {wide} px wide")
    assert faults == []


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


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
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
        if not focus.get("seen", True):
            page.wait_for_timeout(200)  # a busy machine scrolls late
            focus = page.evaluate(LOOK_AT_FOCUS)
            unseen += [] if focus["seen"] else [focus["html"]]
    assert unseen == []
    unreached = page.locator("[data-unreached]").evaluate_all("all => all.map(e => e.outerHTML)")
    assert unreached == []


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


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_keyboard_stops_only_where_something_scrolls(
    open_page: Any, viewport: ViewportSize
) -> None:
    """What was folded at first is reached as well."""
    for path in ("/posts/eleven-lines/", "/write-a-post/"):
        page = open_page(path, viewport)
        read_to_the_end(page)
        assert page.evaluate(WRONGLY_REACHED) == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_results_fit_into_the_box_of_the_search(open_page: Any, viewport: ViewportSize) -> None:
    page = open_page("/", viewport)
    open_search(page)
    page.keyboard.type("autograd")
    result = page.locator(".md-search-result__link").first
    result.wait_for()
    page.wait_for_timeout(300)  # the box grows
    box, inside = (
        page.locator(name).first.bounding_box()
        for name in (".md-search__inner", ".md-search-result__link")
    )
    assert box
    assert inside
    assert inside["width"] <= box["width"]


def test_keyboard_skips_to_the_content(open_page: Any) -> None:
    page = open_page("/posts/eleven-lines/", DESK)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText").strip() == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('article').contains(document.activeElement)")


def open_search(page: Page) -> None:
    page.wait_for_function("typeof document$ !== 'undefined'")  # the theme's script has run
    page.keyboard.press("/")
    page.get_by_role("dialog", name="Search").locator(".md-search__output").wait_for()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_keyboard_closes_the_search(open_page: Any, viewport: ViewportSize) -> None:
    page = open_page("/", viewport)
    open_search(page)
    page.keyboard.press("Escape")
    page.locator(".md-search__output").wait_for(state="hidden")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
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
    link = page.get_by_role("link", name="Write a post")
    assert not link.is_visible()
    page.get_by_role("checkbox", name="Navigation").focus()
    page.keyboard.press("Space")
    link.wait_for(state="visible")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/write-a-post/")


@pytest.mark.parametrize("slug", POSTS)
def test_post_is_light_and_lies_still(
    page: Page, address: str, slug: str, record_property: Any
) -> None:
    """At most 150 KB of HTML, CSS and JavaScript come over the wire; nothing moves by itself."""
    weights: dict[str, int] = {}

    def weigh(request: Request) -> None:
        response = request.response()
        kind = response.headers.get("content-type", "") if response else ""
        if any(name in kind for name in ("html", "css", "javascript")):
            weights[request.url] = request.sizes()["responseBodySize"]

    page.on("requestfinished", weigh)
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        page.goto(f"{address}/posts/{slug}/")
        scroll_to_the_end(page)
        shift = page.evaluate("""() => new Promise(report => {
            let sum = 0
            new PerformanceObserver(list => {
                for (const entry of list.getEntries()) sum += entry.value
            }).observe({type: "layout-shift", buffered: true})
            setTimeout(() => report(sum), 100)
        })""")
        assert shift < 0.1
    record_property("kilobytes", sum(weights.values()) / 1000)
    assert any(url.endswith(".js") for url in weights)
    assert sum(weights.values()) <= 150_000, weights


READABLE = ":is(h1, h2, h3, p, li, pre, table, figure, img, svg[role=img], section, summary)"
UNREADABLE = """texts => [...document.querySelectorAll("article " + texts)].filter(element => {
    if (element.closest("details:not([open]) > :not(summary), [hidden], nav")) return false
    const box = element.getBoundingClientRect()
    const faint = !element.checkVisibility({opacityProperty: true, visibilityProperty: true})
    return faint || !box.width || !box.height || element.naturalWidth === 0
}).map(element => element.outerHTML.slice(0, 150))"""


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_everything_reads_without_javascript(
    open_page: Any, address: str, published: Path, viewport: ViewportSize
) -> None:
    page = open_page("/", viewport, java_script_enabled=False)
    for path in all_pages(published):
        page.goto(address + path)
        assert page.evaluate(UNREADABLE, READABLE) == [], path
        assert page.evaluate("document.scrollingElement.scrollWidth") <= viewport["width"], path


@pytest.mark.parametrize("slug", POSTS)
def test_evidence_reads_without_javascript(open_page: Any, slug: str) -> None:
    page = open_page(f"/posts/{slug}/", PHONE, java_script_enabled=False)
    card = page.get_by_role("region", name="Evidence")
    assert card.get_by_role("img").first.is_visible()
    struck = card.locator("del").first
    assert not struck.is_visible()
    card.locator("summary").first.click()
    assert struck.is_visible()


ON_PAPER = """() => {
    const shown = selector => [...document.querySelectorAll(selector)].filter(element =>
        element.checkVisibility({visibilityProperty: true}) && element.offsetHeight !== 0)
    const names = elements => elements.map(element => element.outerHTML.slice(0, 100))
    return {
        interface: names(shown("header.md-header, footer, nav, button, form, [role=dialog]")),
        closed: names([...document.querySelectorAll("details > :not(summary)")].filter(element =>
            !element.checkVisibility({contentVisibilityAuto: true}))),
        cut: names(shown("article pre, article pre > code, article table, article img, article svg")
            .filter(element => element.getBoundingClientRect().right > innerWidth + 1
                || element.scrollWidth > element.clientWidth + 1 && element.matches("pre, code"))),
        pale: names(shown("article :is(p, li, code)").filter(element =>
            getComputedStyle(element).color.match(/\\d+/g).slice(0, 3).some(part => part > 127))),
    }
}"""


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("slug", POSTS)
def test_post_prints(open_page: Any, slug: str, script: bool) -> None:  # noqa: FBT001
    """On paper: no interface, nothing closed, nothing cut off, dark on white in the dark scheme."""
    page = open_page(f"/posts/{slug}/", PAPER, color_scheme="dark", java_script_enabled=script)
    if script:
        read_to_the_end(page)
    page.emulate_media(media="print")
    paper = page.evaluate(ON_PAPER)
    assert paper == {"interface": [], "closed": [], "cut": [], "pale": []}
    assert page.pdf(format="A4").startswith(b"%PDF")
