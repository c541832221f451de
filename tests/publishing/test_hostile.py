"""No text and no output of a post breaks a feed, or runs in the browser of a reader.

`tests/cases/hostile/` is a project whose posts try. Each place calls `ran` with its name.
"""

from __future__ import annotations

import json
import re
import shutil
import socketserver
import threading
from collections.abc import Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from defusedxml import ElementTree
from playwright.sync_api import Browser, Error, Page, Request

from benchmarks.chromium import executable
from benchmarks.serving import serve
from tests.fuzz.page_oracle import unsafe_in
from tests.support.browser import soon
from tests.support.projects import CASES, make_project, run_main, set_option

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile")]


def front_matter(name: str) -> Any:
    text = (CASES / "hostile" / "posts" / name).read_text(encoding="utf-8")
    return yaml.safe_load(text.split("---\n")[1])


NAMES = front_matter("names.md")
CATEGORIES = {*NAMES["categories"], *front_matter("long-title.md")["categories"]}
DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_project(tmp_path_factory.mktemp("hostile") / "project")
    shutil.copytree(CASES / "hostile", folder, dirs_exist_ok=True)
    set_option(folder, "variants: 1")
    for command in (["mutate", "learning"], ["build"]):
        code, said = run_main(folder, *command)
        assert code == 0, said
    return folder / "site"


@pytest.mark.parametrize("name", ["feed_rss_created.xml", "feed_rss_updated.xml"])
def test_feeds_are_valid_for_any_text(site: Path, name: str) -> None:
    """What the RSS 2.0 specification wants of a channel and its items."""
    channel = ElementTree.parse(site / name).getroot().find("channel")
    assert channel is not None
    assert all(channel.findtext(key) for key in ("title", "link", "description"))
    items = channel.findall("item")
    assert len({item.findtext("guid") for item in items}) == len(items) > 0
    for item in items:
        assert item.find("author") is None  # RSS has addresses of e-mail there
        assert item.findtext("title")
        assert item.findtext("link", "").startswith("http://localhost:8000/posts/")
        assert parsedate_to_datetime(item.findtext("pubDate", ""))
    (item,) = (item for item in items if item.findtext("link", "").endswith("/names/"))
    assert item.findtext("title") == NAMES["title"]
    assert item.findtext("description") == NAMES["description"]
    assert [one.text for one in item.iter(f"{DC}creator")] == ["R&D <b>", 'מרים & Özgür "Ö" 🎉']
    shown = sorted(NAMES["categories"] + NAMES["tags"])
    assert [one.text for one in item.iter("category")] == shown


def test_feeds_in_json_name_the_posts(site: Path) -> None:
    for path in site.glob("feed_json_*.json"):
        items = json.loads(path.read_text("utf-8"))["items"]
        assert NAMES["title"] in [item["title"] for item in items]


def test_each_category_has_a_page(site: Path) -> None:
    pages = [path.name for path in (site / "posts/category").iterdir() if path.is_dir()]
    assert len(pages) == len(CATEGORIES)
    assert {"cplusplus", "csharp", "r-and-d", "a-less-b"} <= set(pages)


class Ear(socketserver.ThreadingTCPServer):
    """A server that notes who connects, and what is said first."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.heard: list[bytes] = []

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Note a connection."""
        self.heard.append(request.recv(4096))


@pytest.fixture(scope="module")
def ear() -> Iterator[Ear]:
    """A server that answers every request for a name that ends in `.invalid`."""
    with Ear() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def page(browser: Browser, ear: Ear) -> Iterator[Page]:
    """A window of a browser that finds all other servers at one place."""
    to = f"127.0.0.1:{ear.server_address[1]}"
    arguments = ["--no-sandbox", "--disable-gpu", f"--host-resolver-rules=MAP *.invalid {to}"]
    own = browser.browser_type.launch(executable_path=executable(), args=arguments)
    context = own.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(240_000)
    yield context.new_page()
    own.close()


def heard_by(ear: Ear, page: Page) -> list[bytes]:
    """Return what other servers have heard, once they have heard that the pages are done."""
    before = list(ear.heard)
    with suppress(Error):  # nothing answers
        page.goto("http://other.invalid/done")
    assert soon(page, lambda: any(b"/done" in one for one in ear.heard))
    ear.heard.clear()
    return before


OPEN = """() => {
    for (const details of document.querySelectorAll("details")) details.open = true
    for (const element of document.querySelectorAll("article *, nav *, footer *"))
        for (const name of ["mouseover", "focus", "load"]) element.dispatchEvent(new Event(name))
    document.querySelectorAll("article button, label").forEach(control => control.click())
    const links = [...document.querySelectorAll("a[href]"), ...document.querySelectorAll("svg a")]
    return links.map(link => link.href?.baseVal ?? link.href)
        .filter(href => /^\\s*(j|data|vb)/i.test(href))
}"""


def test_nothing_runs_in_a_browser(site: Path, page: Page, ear: Ear) -> None:
    """Neither on a page, nor in a figure that is opened by itself; and no other server is asked."""
    ran: list[str] = []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.expose_function("ran", lambda name: ran.append(name))  # noqa: PLW0108  playwright marks it
    page.add_init_script("window.alert = window.ran")
    files = [path for path in site.rglob("*") if path.suffix in {".html", ".svg"}]
    with serve(site) as address:
        for path in sorted(files):
            name = path.relative_to(site).as_posix()
            page.goto(f"{address}/{name}")
            ran += [f"{name}: {link}" for link in page.evaluate(OPEN)]
    assert len(files) > 20
    assert ran == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert heard_by(ear, page) == []


def test_figures_have_sensible_sizes(site: Path) -> None:
    text = (site / "posts/outputs/index.html").read_text("utf-8")
    sizes = [int(size) for size in re.findall(r'<img[^>]* width="(\d+)"', text)]
    assert sizes
    assert max(sizes) < 10_000


def test_names_are_shown_as_they_are(site: Path) -> None:
    page = BeautifulSoup((site / "posts/names/index.html").read_text("utf-8"), "html.parser")
    shown = {tag.get_text(strip=True) for tag in page.select("a.md-tag")}
    assert shown == set(NAMES["tags"])
    tags = BeautifulSoup((site / "tags/index.html").read_text("utf-8"), "html.parser")
    assert set(NAMES["tags"]) <= {tag.get_text(strip=True) for tag in tags.select(".md-tag")}
    assert set(NAMES["tags"]) <= {tag.get_text(strip=True) for tag in tags.select(".md-nav__link")}
    assert page.title
    assert page.title.get_text() == f"{NAMES['title']} - Eleven Lines"
    lists = BeautifulSoup((site / "posts/index.html").read_text("utf-8"), "html.parser")
    for selector in ("nav .md-nav__link", ".md-post__meta .md-meta__link"):
        shown = {" ".join(link.get_text().split()) for link in lists.select(selector)}
        assert set(NAMES["categories"][:5]) <= shown
    headings = (site / "posts/category").glob("*/index.html")
    titles = [BeautifulSoup(path.read_text("utf-8"), "html.parser").h1 for path in headings]
    plain = {re.sub("[\u2018\u2019]", "'", h1.get_text().removesuffix("#")) for h1 in titles if h1}
    assert plain == {" ".join(name.split()) for name in CATEGORIES}


def test_pages_hold_nothing_that_could_run(site: Path) -> None:
    """Also where the policy would stop it."""
    pages = [page for folder in ("posts", "runs") for page in (site / folder).rglob("index.html")]
    assert len(pages) > 10
    found = {
        page.relative_to(site).as_posix(): unsafe_in(page.read_text("utf-8")) for page in pages
    }
    assert {name: unsafe for name, unsafe in found.items() if unsafe} == {}


SINKS = [
    "<img src=x onerror=ran('handler')>", "<svg onload=ran('svg')></svg>",
    "<b onclick=ran('b')>b</b>",
    "<iframe srcdoc=\"<script>parent.ran('frame')</script>\"></iframe>",
    "<a href=\"javascript:ran('link')\">link</a>", "<object data='https://other.invalid/x'></object>",
    "<img src=https://other.invalid/x.png>", "<video src=//other.invalid/x></video>",
    "<form action=https://other.invalid/><button>send</button></form>",
    "<base href=//other.invalid>",
    "<link rel=stylesheet href=https://other.invalid/x.css>",
    "<picture><source srcset=https://other.invalid/x.png><img src=x></picture>",
    "<video poster=//other.invalid/x></video>", "<audio src=//other.invalid/x></audio>",
    "<p style='background: url(//other.invalid/x)'>x</p>",
    "<input type=image src=//other.invalid/x>",
    "<svg><image href=//other.invalid/x /><use href='//other.invalid/x#a' /></svg>",
    "<style>@import '//other.invalid/x'</style>",
    "<style>@font-face { font-family: x; src: url(//other.invalid/x) }b { font-family: x }</style>",
    "<embed src=//other.invalid/x>", "<iframe src=//other.invalid/x></iframe>",
    "<a href=#x ping=//other.invalid/x>x</a>", "<table background=//other.invalid/x><td>x</table>",
    "<link rel=icon href=//other.invalid/x>", "<link rel=preload as=image href=//other.invalid/x>",
    "<link rel=manifest href=//other.invalid/x>", "<link rel=modulepreload href=//other.invalid/x>",
    "<svg><animate onbegin=ran('begin') attributeName=x dur=1s /></svg>",
    "<details open ontoggle=ran('toggle')>x</details>", "<input autofocus onfocus=ran('focus')>",
]  # fmt: skip
INJECT = """html => {
    const holder = document.createElement("div")
    holder.innerHTML = html
    document.body.append(holder)
    for (const text of ["ran('script')", null]) {
        const script = document.createElement("script")
        text ? script.textContent = text : script.src = "https://other.invalid/x.js"
        document.body.append(script)
    }
    holder.querySelectorAll("b, a, button").forEach(element => element.click())
}"""


def test_policy_stops_what_was_let_through(site: Path, page: Page, ear: Ear) -> None:
    """Whatever text came into a page, the browser runs nothing of it and sends no request.

    What the theme does still works.
    """
    ran: list[str] = []
    asked: dict[str, str | None] = {}
    page.expose_function("ran", lambda name: ran.append(name))  # noqa: PLW0108

    def sent(request: Request) -> None:
        asked.setdefault(request.url, None)

    def failed(request: Request) -> None:
        asked[request.url] = request.failure

    page.on("request", sent)
    page.on("requestfailed", failed)
    with serve(site) as address:
        for path in ("/", "/posts/names/", "/runs/names/", "/404.html", "/posts/outputs/"):
            page.goto(address + path)
            page.wait_for_function("typeof document$ !== 'undefined'")  # the theme's script runs
            page.evaluate(INJECT, "".join(SINKS))
            page.wait_for_timeout(300)
            assert page.url.partition("#")[0] == address + path
        assert_theme_works(page)
    assert ran == []
    elsewhere = {why for url, why in asked.items() if "other.invalid" in url}
    assert elsewhere <= {"csp", "net::ERR_BLOCKED_BY_CSP"}
    assert heard_by(ear, page) == []


def assert_theme_works(page: Page) -> None:
    """Copy code, change the colours and search."""
    block = page.locator(".highlight").first
    block.hover()
    block.get_by_title("Copy to clipboard").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("code").inner_text().strip()
    scheme = page.locator("body").get_attribute("data-md-color-scheme")
    page.locator("form[data-md-component=palette] label:visible").first.click()
    assert soon(page, lambda: page.locator("body").get_attribute("data-md-color-scheme") != scheme)
    page.get_by_role("textbox", name="Search").press_sequentially("HTML of many kinds")
    page.locator(".md-search-result__link[href*='posts/outputs']").first.wait_for()
