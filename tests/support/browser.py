"""What tests ask of a page in a real browser.

Nothing here knows how a page is laid out. What a test wants to see, it asks of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, Response, ViewportSize

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


def all_pages(project: Path) -> list[str]:
    """Return the paths of all pages of a project's site."""
    site = project / "site"
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


def soon(page: Page, holds: Callable[[], bool]) -> bool:
    """Return whether something holds, at the latest in a minute: a busy machine draws late."""
    for _ in range(600):
        if holds():
            return True
        page.wait_for_timeout(100)
    return False


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
    """Turn the wheel of the mouse until the end of a page is in view.

    The page glides by two windows at a time, so all of it comes into view. Images load when they
    do, as they do for a reader.
    """
    window = page.viewport_size
    assert window
    page.mouse.move(window["width"] / 2, window["height"] / 2)
    seen = 0
    while seen < page.evaluate("document.scrollingElement.scrollHeight"):
        seen += 2 * window["height"]
        page.mouse.wheel(0, 2 * window["height"])
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


def inaccessible(page: Page, path: str) -> list[tuple[str, str, str]]:
    """Return what violates WCAG 2.2 AA and best practices, as far as axe can check them.

    All rules run in the light scheme, in which the page must be opened. A scheme changes colors and
    nothing else, so in the dark one only the contrast is checked again.
    """
    thin_out_code(page)
    faults = _violations(page, path, AXE)
    page.get_by_title("Switch to the dark scheme").click()
    page.wait_for_function("document.body.dataset.mdColorScheme === 'slate'")
    page.evaluate(SETTLE)
    return faults + _violations(page, path, CONTRAST)


def _violations(page: Page, path: str, options: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return which elements violate which of axe's rules."""
    found = Axe().run(page, options=options).response["violations"]
    return [(path, one["help"], node["html"]) for one in found for node in one["nodes"]]


BELOW_CONTENTS = """() => {
    const contents = document.querySelector(".rail > .contents")
    if (!contents?.checkVisibility()) return []
    const {left, right} = contents.getBoundingClientRect()
    const reaches = element => {
        const box = element.getBoundingClientRect()
        let end = box.right  // of what is seen: an ancestor that scrolls cuts off the rest
        for (let outer = element.parentElement; outer; outer = outer.parentElement) {
            if (getComputedStyle(outer).overflowX !== "visible") {
                end = Math.min(end, outer.getBoundingClientRect().right)
            }
        }
        return box.width && box.height && end > left + 1 && box.left < right - 1
    }
    const shows = element => element.checkVisibility() && reaches(element)
        && (element.childElementCount === 0 || element.matches("pre, table, figure, svg, p"))
    return [...document.querySelectorAll(".post > :not(.rail)")].filter(block => {
        const {zIndex, backgroundColor} = getComputedStyle(block)
        const passesOver = zIndex >= 1 && !/, 0\\)$|transparent/.test(backgroundColor)
        return !passesOver && [block, ...block.querySelectorAll("*")].some(shows)
    }).map(block => block.outerHTML.slice(0, 100))
}"""
"""What reaches into the column of the contents, which stay in view, must pass over them."""


LINK_ALONE = """[...document.querySelectorAll("article :is(h1, h2, h3) > .headerlink")]
.filter(link => {
    const words = document.createRange()
    words.selectNodeContents(link.parentElement)
    words.setEndBefore(link)
    const end = words.getBoundingClientRect().bottom
    return link.offsetHeight && end <= link.getBoundingClientRect().top
}).map(link => link.parentElement.textContent)"""


def misplaced(page: Page, path: str) -> list[str]:
    """Report a page that is wider than its window, and parts that are out of place.

    What is below the contents of a post, and headings whose link to themselves, which a reader
    sees below the pointer only, makes an empty line.
    """
    wide = [f"{path} is {width} px wide"] if (width := too_wide(page)) else []
    below = [f"{path}: below the contents: {one}" for one in page.evaluate(BELOW_CONTENTS)]
    alone = [f"{path}: an empty line below: {one}" for one in page.evaluate(LINK_ALONE)]
    return wide + below + alone


def too_wide(page: Page) -> int:
    """Return the width of a page that is wider than its window, else 0."""
    window = page.viewport_size
    assert window
    wide: int = page.evaluate("document.scrollingElement.scrollWidth")
    return wide if wide > window["width"] else 0


SHIFT = """() => new Promise(report => {
    let sum = 0
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) sum += entry.value
    }).observe({type: "layout-shift", buffered: true})
    setTimeout(() => report(sum), 100)
})"""


READABLE = ":is(h1, h2, h3, p, li, pre, table, figure, img, svg[role=img], section, summary)"
UNREADABLE = """texts => [...document.querySelectorAll("article " + texts)].filter(element => {
    if (element.closest("details:not([open]) > :not(summary), [hidden], nav")) return false
    const box = element.getBoundingClientRect()
    const faint = !element.checkVisibility({opacityProperty: true, visibilityProperty: true})
    return faint || !box.width || !box.height || element.naturalWidth === 0
}).map(element => element.outerHTML.slice(0, 150))"""


def unreadable(page: Page) -> list[str]:
    """Return what cannot be seen of the content of a page, and its width if that is too wide."""
    wide = too_wide(page)
    return [*page.evaluate(UNREADABLE, READABLE), *([f"{wide} px wide"] if wide else [])]


ON_PAPER = """() => {
    // `rgb(10 20 30)`, or `color(srgb 0.1 0.2 0.3)` where colours were mixed
    const light = color => color.match(/[\\d.]+/g).slice(0, 3)
        .some(part => part * (color.startsWith("color") ? 255 : 1) > 127)
    const shown = selector => [...document.querySelectorAll(selector)].filter(element =>
        element.checkVisibility({visibilityProperty: true}) && element.offsetHeight !== 0)
    const names = elements => elements.map(element => element.outerHTML.slice(0, 100))
    return {
        interface: names(shown("header.md-header, footer, nav, button, form, [role=dialog]")),
        closed: names([...document.querySelectorAll("details > :not(summary)")].filter(element =>
            !element.closest("nav, label")
                && !element.checkVisibility({contentVisibilityAuto: true}))),
        cut: names(shown("article pre, article pre > code, article table, article img, article svg")
            .filter(element => element.getBoundingClientRect().right > innerWidth + 1
                || element.scrollWidth > element.clientWidth + 1 && element.matches("pre, code"))),
        pale: names(shown("article :is(p, li, code)").filter(element =>
            light(getComputedStyle(element).color))),
    }
}"""


def unprintable(page: Page) -> list[str]:
    """Return what is wrong on paper: interface, closed or cut parts, letters that are not dark."""
    page.emulate_media(media="print")
    paper: dict[str, list[str]] = page.evaluate(ON_PAPER)
    assert page.pdf(format="A4").startswith(b"%PDF")
    return [f"{kind}: {element}" for kind, elements in paper.items() for element in elements]
