"""A published site, as a reader meets it in a browser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import nbformat
import pytest
from playwright.sync_api import (
    Browser,
    FloatRect,
    Locator,
    Page,
    expect,
)

from site_tools.pages.evidence_card import LEARNS
from tests.support.browser import soon
from tests.support.notebooks import code_cells, printed, record, sources
from tests.support.projects import EXAMPLES, LEARNING

pytestmark = pytest.mark.slow


def test_schemes_differ(page: Page, example_address: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{example_address}/posts/two-layers/")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_title("Switch to the dark scheme").click()
    page.wait_for_function(f"{background} != '{light}'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_formulas_are_set_without_a_script(
    browser: Browser, example_address: str, scheme: Any
) -> None:
    screen: Any = {"viewport": {"width": 360, "height": 800}, "color_scheme": scheme}
    page = browser.new_page(java_script_enabled=False, **screen)
    page.goto(f"{example_address}/write-a-post/")
    formula = page.locator(".formula.display")
    rows = formula.locator("mtr").all()
    equals = [box(row.locator("mtd > mo:text-is('=')")) for row in rows]
    assert equals[0]["x"] == equals[1]["x"]
    above, below = map(box, rows[1].locator("mfrac").first.locator("> *").all())
    assert above["y"] + above["height"] <= below["y"]

    last = rows[0].locator("mi").last
    assert end(formula) <= 360
    assert end(last) > end(formula)
    formula.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    assert soon(page, lambda: end(last) <= end(formula))
    page.close()


def box(part: Locator) -> FloatRect:
    """Return the position of a part of a page on the screen, in pixels."""
    found = part.bounding_box()
    assert found
    return found


def end(part: Locator) -> float:
    return box(part)["x"] + box(part)["width"]


FIRST_LINE = """code => {
  const range = document.createRange()
  range.selectNodeContents(code)
  return Math.min(...[...range.getClientRects()].filter(one => one.width).map(one => one.top))
}"""
"""Where on the screen the first line of some code begins."""


def test_code_copies(page: Page, example_address: str) -> None:
    page.goto(f"{example_address}/posts/two-layers/")
    block = page.locator(".highlight").first
    block.hover()
    button = block.get_by_title("Copy to clipboard")
    button.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("code").inner_text().strip()
    assert "import numpy as np" in copied
    page.set_viewport_size({"width": 360, "height": 800})
    assert box(button)["y"] + box(button)["height"] <= block.locator("code").evaluate(FIRST_LINE)


@pytest.mark.parametrize("word", ["autograd", "atuograd", "autogrda"])
def test_search_finds_first_what_a_post_is_about(
    page: Page, example_address: str, word: str
) -> None:
    """Also when it is mistyped."""
    page.goto(example_address)
    page.get_by_role("textbox", name="Search").press_sequentially(word)
    page.locator(".md-search-result__link").first.click()
    expect(page).to_have_url(re.compile("/posts/digits/"))


def test_link_to_a_search_shows_its_results(page: Page, example_address: str) -> None:
    """The index is loaded when a reader turns to the search, or for such a link."""
    page.goto(f"{example_address}/?q=atuograd")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    missing = page.locator(".md-search-result__terms").first
    expect(missing).to_have_text("Not in this text: atuograd")  # a similar word is


def test_pages_load_no_index_until_a_reader_turns_to_the_search(
    page: Page, example_address: str
) -> None:
    """It is larger than the page itself."""
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(example_address, wait_until="networkidle")
    assert [url for url in loaded if url.endswith(".js")]
    assert not [url for url in loaded if "search_index" in url]
    with page.expect_request("**/search/search_index.json"):
        page.get_by_role("textbox", name="Search").focus()


@pytest.mark.parametrize("slug", EXAMPLES)
def test_download_is_the_file(page: Page, example_address: str, example: Path, slug: str) -> None:
    page.goto(f"{example_address}/posts/{slug}/")
    with page.expect_download() as started:
        page.get_by_role("link", name=f"Download {slug}.py").click()
    file = example / "site" / "posts" / slug / f"{slug}.py"
    assert Path(started.value.path()).read_bytes() == file.read_bytes()
    assert started.value.suggested_filename == f"{slug}.py"


@pytest.mark.parametrize("slug", LEARNING)
def test_evidence_shows_the_measured_number(page: Page, example_address: str, slug: str) -> None:
    page.goto(f"{example_address}/posts/{slug}/")
    card = page.get_by_role("region", name="Evidence")
    expect(card).to_contain_text(LEARNS)
    expect(card).to_contain_text("with learning switched off")
    expect(card).to_contain_text("so with 95\N{NO-BREAK SPACE}% confidence at least 69")
    expect(card).to_contain_text("Python 3.")
    expect(card.get_by_role("img").first).to_have_accessible_name(re.compile("with learning off"))
    record = card.get_by_role("link", name="the full run")
    expect(record).not_to_be_visible()
    card.get_by_text("The whole test").click()
    record.click()
    expect(page).to_have_url(re.compile(f"/runs/{slug}/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("The full run")


@pytest.mark.parametrize("slug", LEARNING)
def test_record_tells_of_each_cell_and_can_be_taken(
    page: Page, example_address: str, example: Path, slug: str
) -> None:
    page.goto(f"{example_address}/runs/{slug}/")
    cells = len(code_cells(record(example, slug)))
    expect(page.locator(".record-cell")).to_have_count(cells)
    expect(page.locator(".record-cell").last).to_contain_text(re.compile(rf"Cell {cells} · .*m?s"))
    facts = page.locator("dl.record")
    expect(facts).to_contain_text("MB at most")
    expect(facts).to_contain_text("8 from other random starts")
    with page.expect_download() as started:
        facts.get_by_role("link", name="This run as a notebook").click()
    taken = nbformat.read(started.value.path(), as_version=4)
    post = nbformat.read(example / "site/posts" / slug / f"{slug}.ipynb", as_version=4)
    assert sources(taken) == sources(post)[:-1]  # without the check of the claims
    assert printed(taken) == printed(record(example, slug))


def test_path_leads_from_the_front_page_to_its_end(page: Page, example_address: str) -> None:
    page.goto(example_address)
    page.get_by_role("link", name="The whole path").click()
    steps = page.locator("ol.path > li")
    titles = [step.locator("a").first.inner_text() for step in steps.all()]
    assert len(titles) == len(EXAMPLES)
    steps.first.locator("a").first.click()
    for number, title in enumerate(titles, start=1):
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        kicker = page.locator(".kicker")
        expect(kicker).to_contain_text(f"{number} of {len(EXAMPLES)} on the path")
        around = page.get_by_role("navigation", name="The path")
        if number < len(EXAMPLES):
            around.get_by_role("link", name=titles[number]).click()
    expect(around).to_contain_text("This is the end of the path")


def test_front_page_shows_a_measured_number(page: Page, example_address: str) -> None:
    page.goto(example_address)
    proof = page.locator(".proof")
    with page.expect_response("**/evidence.json") as answered:
        page.get_by_role("link", name="all numbers").click()
    claim = answered.value.json()["claims"][0]
    page.go_back()
    expect(proof).to_contain_text(claim["says"])
    shown = float(proof.locator("b").first.inner_text())
    assert shown == pytest.approx(claim["published"], rel=1e-2)
    expect(proof.get_by_role("img")).to_have_accessible_name(re.compile("learning off"))


def test_citation_opens_and_copies(page: Page, example_address: str) -> None:
    page.goto(f"{example_address}/posts/two-layers/")
    cite = page.locator("details.cite")
    expect(cite.locator("code")).to_be_hidden()
    cite.locator("summary").click()
    expect(cite.locator("code")).to_contain_text("author = {{Eleven Lines}}")
    expect(cite.locator("code")).not_to_contain_text("localhost")


def test_neighbours_of_a_post_follow_the_path(example: Path) -> None:
    site = example / "site" / "posts"
    following = re.findall(
        r'rel="(?:prev|next)" href="([^"]+)"', (site / "slopes" / "index.html").read_text("utf-8")
    )
    assert following == ["../two-layers/", "../digits/"]


def test_command_names_no_address_that_readers_do_not_have(example: Path) -> None:
    page = (example / "site" / "posts" / "slopes" / "index.html").read_text("utf-8")
    assert "uv run slopes.py" in re.sub("<[^>]*>", "", page)
    assert "uv run http" not in re.sub("<[^>]*>", "", page)


def test_pages_differ_in_what_they_call_themselves(example: Path) -> None:
    """Each page has one first heading, and a title and a description of its own."""
    said: dict[str, list[str]] = {}
    for file in sorted((example / "site").rglob("index.html")):
        text = file.read_text(encoding="utf-8")
        name = file.relative_to(example).as_posix()
        assert len(re.findall("<h1", text)) == 1, name
        found = re.search(r"<title>(.+?)</title>", text)
        about = re.search(r'<meta name="description" content="(.+?)"', text)
        assert found, name
        assert about, name
        for saying in (found[1], about[1]):
            said.setdefault(saying, []).append(name)
    assert {saying: names for saying, names in said.items() if len(names) > 1} == {}


@pytest.mark.parametrize("slug", LEARNING)
def test_struck_program_is_two_clicks_away(page: Page, example_address: str, slug: str) -> None:
    page.goto(f"{example_address}/posts/{slug}/")
    struck = page.locator("details.struck").first
    expect(struck.locator("del").first).to_be_hidden()
    page.get_by_text("The whole test").click()
    page.locator(".more-evidence .evidence-claim a").first.click()
    expect(struck.locator("del").first).to_be_visible()
    strike = "element => getComputedStyle(element).textDecorationLine"
    assert struck.locator("del").first.evaluate(strike) == "line-through"


@pytest.mark.parametrize("slug", LEARNING)
def test_numbers_beside_the_page_obey_the_schema(example: Path, slug: str) -> None:
    site = example / "site"
    schema = json.loads((site / "evidence" / "schema.json").read_text(encoding="utf-8"))
    numbers = json.loads((site / "posts" / slug / "evidence.json").read_text(encoding="utf-8"))
    jsonschema.validate(numbers, schema)
    for claim in numbers["claims"]:
        assert claim["verdict"] == "accepted"
        assert claim["published"] == claim["sham"]
        assert len(claim["seeds"]) == 8
        assert len(claim["learning_off"]) == 3
        assert claim["switched_off"]
    (curve, *_) = [claim["curve"] for claim in numbers["claims"] if claim["curve"]]
    assert curve["trained"]["after"][0] == 0
    assert len(set(curve["learning_off"]["values"])) == 1
    assert curve["learning_off"]["after"] == curve["trained"]["after"]


def test_each_post_has_a_card_of_its_own(example: Path) -> None:
    site = example / "site"
    cards = [
        site / "assets" / "card.png",
        *(site / "posts" / slug / "card.png" for slug in EXAMPLES),
    ]
    for card in cards:
        head = card.read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:], "big")) == (1200, 630)
        assert card.stat().st_size < 60_000
    assert len({card.read_bytes() for card in cards}) == len(cards)


@pytest.mark.parametrize("slug", LEARNING)
def test_pictures_can_be_read_on_a_phone(page: Page, example_address: str, slug: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{example_address}/posts/{slug}/")
    sizes = page.locator(".evidence svg").evaluate_all(
        """pictures => pictures.map(svg => parseFloat(getComputedStyle(svg).fontSize)
            * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
    )
    assert len(sizes) >= 2
    assert min(sizes) >= 11
    label = page.locator(".learning-curve").first.get_attribute("aria-label") or ""
    assert re.match(r"Over [\d,]+ updates the network's number begins at \S+ and ends at", label)


def test_evidence_lists_every_claim(page: Page, example_address: str, example: Path) -> None:
    page.goto(f"{example_address}/evidence/")
    for slug in EXAMPLES:
        file = example / "site" / "posts" / slug / "evidence.json"
        for claim in json.loads(file.read_text(encoding="utf-8"))["claims"]:
            says = page.get_by_role("cell", name=claim["says"], exact=True)
            expect(page.get_by_role("row").filter(has=says)).to_contain_text("Accepted")


def test_search_index_is_free_of_run_records(example: Path) -> None:
    index = json.loads((example / "site/search/search_index.json").read_text(encoding="utf-8"))
    locations = {entry["location"] for entry in index["docs"]}
    assert any(location.startswith("posts/two-layers/") for location in locations)
    assert not any(location.startswith("runs/") for location in locations)


def test_search_index_and_feed_are_free_of_tex(example: Path) -> None:
    index = json.loads((example / "site/search/search_index.json").read_text("utf-8"))
    (section,) = (doc for doc in index["docs"] if doc["location"] == "write-a-post/#formulas")
    prose = re.sub(r"<(pre|code)>.*?</\1>", "", section["text"], flags=re.DOTALL)
    assert "(Wx+b), and two dollars" in " ".join(prose.split())
    assert "\\" not in prose
    assert "$" not in prose.replace("From $5 to $10", "")
    assert "<math" not in (example / "site/feed_rss_created.xml").read_text("utf-8")


def test_pages_load_nothing_from_elsewhere(example: Path) -> None:
    """Also what a browser would only fetch later: scripts, styles, images, frames."""
    foreign = []

    class Finder(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            values = dict(attrs)
            loads = tag in {"script", "img", "iframe", "source"}
            loads |= tag == "link" and values.get("rel") in {"stylesheet", "preload", "icon"}
            target = values.get("src") or values.get("href") or ""
            if loads and re.match(r"(https?:)?//", target):
                foreign.append(target)

    for file in sorted((example / "site").rglob("*.html")):
        Finder().feed(file.read_text(encoding="utf-8"))
    assert foreign == []


def test_marks_of_a_reader_stay_in_the_browser(page: Page, example_address: str) -> None:
    page.goto(f"{example_address}/posts/two-layers/")
    page.get_by_label("I have read this post").check()
    prompt = page.locator("details.recall").first
    prompt.locator("summary").click()
    prompt.get_by_label("I knew this").check()
    page.reload()
    expect(page.get_by_label("I have read this post")).to_be_checked()
    page.goto(f"{example_address}/path/")
    step = page.locator("[data-post=two-layers]")
    expect(step).to_contain_text(re.compile(r"Read · 1 of \d+ questions recalled"))
    expect(page.locator(".marks")).to_have_count(1)


def test_word_of_the_glossary_opens_its_card(page: Page, example_address: str) -> None:
    page.goto(f"{example_address}/posts/two-layers/")
    term = page.locator(".term").first
    card = term.get_by_role("tooltip")
    expect(card).to_be_hidden()
    term.get_by_role("link").focus()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    term.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/glossary/#"))


def test_plan_begins_on_the_next_monday(page: Page, example_address: str) -> None:
    page.clock.set_fixed_time("2027-01-06T12:00:00")
    page.goto(f"{example_address}/path/")
    plan = page.locator("details.plan").first
    plan.locator("summary").click()
    with page.expect_download() as started:
        plan.get_by_role("link", name="Calendar").click()
    text = Path(started.value.path()).read_text(encoding="utf-8")
    assert "DTSTART;VALUE=DATE:20270111" in text
    assert started.value.suggested_filename.endswith(".ics")
