"""The real posts, published: as a reader meets them in a browser, in Jupyter and in a shell."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
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
from pytest_notebook.nb_regression import NBRegressionFixture

from tests.support.projects import FORMATS, POSTS

pytestmark = pytest.mark.slow


def test_schemes_differ(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}/posts/eleven-lines/")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_title("Switch to the dark scheme").click()
    page.wait_for_function(f"{background} != '{light}'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_formulas_are_set_without_a_script(browser: Browser, address: str, scheme: Any) -> None:
    screen: Any = {"viewport": {"width": 360, "height": 800}, "color_scheme": scheme}
    page = browser.new_page(java_script_enabled=False, **screen)
    page.goto(f"{address}/write-a-post/")
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
    for _ in range(600):  # a busy machine scrolls late
        if end(last) <= end(formula):
            break
        page.wait_for_timeout(100)
    assert end(last) <= end(formula)
    page.close()


def box(part: Locator) -> FloatRect:
    """Return the position of a part of a page on the screen, in pixels."""
    found = part.bounding_box()
    assert found
    return found


def end(part: Locator) -> float:
    return box(part)["x"] + box(part)["width"]


def test_code_copies(page: Page, address: str) -> None:
    page.goto(f"{address}/posts/eleven-lines/")
    block = page.locator(".highlight").first
    block.hover()
    block.get_by_title("Copy to clipboard").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("code").inner_text().strip()
    assert "import numpy as np" in copied


def test_search_finds_first_what_a_post_is_about(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("textbox", name="Search").press_sequentially("autograd")
    page.locator(".md-search-result__link").first.click()
    expect(page).to_have_url(re.compile("/posts/autograd/"))


@pytest.mark.parametrize("slug", POSTS)
def test_download_is_the_file(page: Page, address: str, published: Path, slug: str) -> None:
    page.goto(f"{address}/posts/{slug}/")
    with page.expect_download() as started:
        page.get_by_role("link", name=f"Download {slug}.py").click()
    file = published / "site" / "posts" / slug / f"{slug}.py"
    assert Path(started.value.path()).read_bytes() == file.read_bytes()
    assert started.value.suggested_filename == f"{slug}.py"


@pytest.mark.parametrize("slug", POSTS)
def test_evidence_shows_the_measured_number(page: Page, address: str, slug: str) -> None:
    page.goto(f"{address}/posts/{slug}/")
    card = page.get_by_role("region", name="Evidence")
    expect(card).to_contain_text("This network learns.")
    expect(card).to_contain_text("With learning switched off")
    expect(card).to_contain_text(re.compile("so at least 69 % of starts do"))
    expect(card).to_contain_text("Python 3.")
    expect(card.get_by_role("img").first).to_have_accessible_name(re.compile("with learning off"))
    card.get_by_role("link", name="the full run").click()
    expect(page).to_have_url(re.compile(f"/runs/{slug}/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("The full run")


@pytest.mark.parametrize("slug", POSTS)
def test_record_tells_of_each_cell_and_can_be_taken(
    page: Page, address: str, published: Path, slug: str
) -> None:
    page.goto(f"{address}/runs/{slug}/")
    cells = len(code_cells(record(published, slug)))
    expect(page.locator(".record-cell")).to_have_count(cells)
    expect(page.locator(".record-cell").last).to_contain_text(re.compile(rf"Cell {cells} · .*m?s"))
    facts = page.locator("dl.record")
    expect(facts).to_contain_text("MB at most")
    expect(facts).to_contain_text("8 from other random starts")
    with page.expect_download() as started:
        facts.get_by_role("link", name="This run as a notebook").click()
    taken = nbformat.read(started.value.path(), as_version=4)
    post = nbformat.read(published / "site/posts" / slug / f"{slug}.ipynb", as_version=4)
    assert sources(taken) == sources(post)[:-1]  # without the check of the claims
    assert printed(taken) == printed(record(published, slug))


def test_path_leads_from_the_front_page_to_its_end(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="The whole path").click()
    steps = page.locator("ol.path > li")
    titles = [step.locator("a").first.inner_text() for step in steps.all()]
    assert len(titles) == len(POSTS)
    steps.first.locator("a").first.click()
    for number, title in enumerate(titles, start=1):
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        kicker = page.locator(".kicker")
        expect(kicker).to_contain_text(f"{number} of {len(POSTS)} on the path")
        around = page.get_by_role("navigation", name="The path")
        if number < len(POSTS):
            around.get_by_role("link", name=titles[number]).click()
    expect(around).to_contain_text("This is the end of the path")


def test_front_page_shows_a_measured_number(page: Page, address: str) -> None:
    page.goto(address)
    proof = page.locator(".proof")
    with page.expect_response("**/evidence.json") as answered:
        page.get_by_role("link", name="all numbers").click()
    claim = answered.value.json()["claims"][0]
    page.go_back()
    expect(proof).to_contain_text(claim["says"])
    shown = float(proof.locator("b").first.inner_text())
    assert shown == pytest.approx(claim["published"], rel=1e-2)
    expect(proof.get_by_role("img")).to_have_accessible_name(re.compile("learning off"))


def test_citation_opens_and_copies(page: Page, address: str) -> None:
    page.goto(f"{address}/posts/eleven-lines/")
    cite = page.locator("details.cite")
    expect(cite.locator("code")).to_be_hidden()
    cite.locator("summary").click()
    expect(cite.locator("code")).to_contain_text("author = {{Eleven Lines}}")
    expect(cite.locator("code")).not_to_contain_text("localhost")


def test_neighbours_of_a_post_follow_the_path(published: Path) -> None:
    site = published / "site" / "posts"
    following = re.findall(
        r'rel="(?:prev|next)" href="([^"]+)"', (site / "dropout" / "index.html").read_text("utf-8")
    )
    assert following == ["../gradient-descent/", "../autograd/"]


def test_command_names_no_address_that_readers_do_not_have(published: Path) -> None:
    page = (published / "site" / "posts" / "dropout" / "index.html").read_text("utf-8")
    assert "uv run dropout.py" in re.sub("<[^>]*>", "", page)
    assert "uv run http" not in re.sub("<[^>]*>", "", page)


def test_pages_differ_in_what_they_call_themselves(published: Path) -> None:
    """Each page has one first heading, and a title and a description of its own."""
    said: dict[str, list[str]] = {}
    for file in sorted((published / "site").rglob("index.html")):
        text = file.read_text(encoding="utf-8")
        name = file.relative_to(published).as_posix()
        assert len(re.findall("<h1", text)) == 1, name
        found = re.search(r"<title>(.+?)</title>", text)
        about = re.search(r'<meta name="description" content="(.+?)"', text)
        assert found, name
        assert about, name
        for saying in (found[1], about[1]):
            said.setdefault(saying, []).append(name)
    assert {saying: names for saying, names in said.items() if len(names) > 1} == {}


@pytest.mark.parametrize("slug", POSTS)
def test_struck_program_is_one_click_away(page: Page, address: str, slug: str) -> None:
    page.goto(f"{address}/posts/{slug}/")
    struck = page.locator("details.struck").first
    expect(struck.locator("del").first).to_be_hidden()
    page.locator(".evidence-claim a").first.click()
    expect(struck.locator("del").first).to_be_visible()
    strike = "element => getComputedStyle(element).textDecorationLine"
    assert struck.locator("del").first.evaluate(strike) == "line-through"


@pytest.mark.parametrize("slug", POSTS)
def test_numbers_beside_the_page_obey_the_schema(published: Path, slug: str) -> None:
    site = published / "site"
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


def test_each_post_has_a_card_of_its_own(published: Path) -> None:
    site = published / "site"
    cards = [site / "assets" / "card.png", *(site / "posts" / slug / "card.png" for slug in POSTS)]
    for card in cards:
        head = card.read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:], "big")) == (1200, 630)
        assert card.stat().st_size < 60_000
    assert len({card.read_bytes() for card in cards}) == len(cards)


@pytest.mark.parametrize("slug", POSTS)
def test_pictures_can_be_read_on_a_phone(page: Page, address: str, slug: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{address}/posts/{slug}/")
    sizes = page.locator(".evidence svg").evaluate_all(
        """pictures => pictures.map(svg => parseFloat(getComputedStyle(svg).fontSize)
            * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
    )
    assert len(sizes) >= 2
    assert min(sizes) >= 11
    label = page.locator(".learning-curve").first.get_attribute("aria-label") or ""
    assert re.match(r"Over [\d,]+ updates the network's number begins at \S+ and ends at", label)


def test_evidence_lists_every_claim(page: Page, address: str, published: Path) -> None:
    page.goto(f"{address}/evidence/")
    for slug in POSTS:
        file = published / "site" / "posts" / slug / "evidence.json"
        for claim in json.loads(file.read_text(encoding="utf-8"))["claims"]:
            says = page.get_by_role("cell", name=claim["says"], exact=True)
            expect(page.get_by_role("row").filter(has=says)).to_contain_text("Accepted")


def expected_output(published: Path, slug: str) -> str:
    with zipfile.ZipFile(published / "site" / "posts" / slug / f"{slug}.zip") as archive:
        return archive.read(f"{slug}/expected-output.txt").decode("utf-8")


@pytest.mark.parametrize("slug", POSTS)
def test_script_says_what_it_needs_and_prints(published: Path, slug: str) -> None:
    """`elevenlines verify` runs the scripts of all posts, and compares the claims' numbers."""
    text = (published / "site" / "posts" / slug / f"{slug}.py").read_text(encoding="utf-8")
    assert text.startswith("# /// script\n")
    assert "site_tools" not in text
    expected = expected_output(published, slug)
    assert expected.startswith(printed(record(published, slug)))
    assert expected.endswith("Your network learns.\n")


@pytest.mark.parametrize("slug", POSTS)
def test_script_run_alone_prints_what_is_expected(
    published: Path, slug: str, tmp_path: Path
) -> None:
    """In plain Python and an empty folder, with warnings as errors and without this project."""
    script = tmp_path / f"{slug}.py"
    shutil.copy(published / "site" / "posts" / slug / script.name, script)
    environment = {"PATH": os.environ["PATH"], "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"}
    environment["MPLCONFIGDIR"] = str(tmp_path / "matplotlib")
    command = [sys.executable, "-I", "-W", "error", script.name]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == expected_output(published, slug)


@pytest.mark.parametrize("slug", FORMATS)
def test_notebook_repeats_in_stock_jupyter(published: Path, slug: str, tmp_path: Path) -> None:
    """The published notebook, re-executed by pytest-notebook, gives the published outputs.

    `elevenlines verify` runs the notebooks of all posts, and looks at the claims' numbers.
    Text must agree, numbers to a relative 10⁻³; figures differ by our style alone.
    """
    downloaded = published / "site" / "posts" / slug / f"{slug}.ipynb"
    book = nbformat.read(downloaded, as_version=4)
    recorded = record(published, slug)
    assert sources(book)[:-1] == sources(recorded)  # and the check of the claims
    assert not any(cell.get("outputs") for cell in book.cells)

    path = tmp_path / f"{slug}.ipynb"
    nbformat.write(book, path)
    fixture = NBRegressionFixture(exec_timeout=600)
    again = fixture.check(str(path), raise_errors=False).nb_final

    *cells, check = code_cells(again)
    assert check.outputs[-1].text.endswith("Your network learns.\n")
    for before, after in zip(code_cells(recorded), cells, strict=True):
        assert not [o for o in after.outputs if o.output_type == "error"]
        assert text_of(after) == about(text_of(before))


def test_search_index_is_free_of_run_records(published: Path) -> None:
    index = json.loads((published / "site/search/search_index.json").read_text(encoding="utf-8"))
    locations = {entry["location"] for entry in index["docs"]}
    assert any(location.startswith("posts/eleven-lines/") for location in locations)
    assert not any(location.startswith("runs/") for location in locations)


def test_search_index_and_feed_are_free_of_tex(published: Path) -> None:
    index = json.loads((published / "site/search/search_index.json").read_text("utf-8"))
    (section,) = (doc for doc in index["docs"] if doc["location"] == "write-a-post/#formulas")
    prose = re.sub(r"<(pre|code)>.*?</\1>", "", section["text"], flags=re.DOTALL)
    assert "(Wx+b), and two dollars" in " ".join(prose.split())
    assert "\\" not in prose
    assert "$" not in prose.replace("From $5 to $10", "")
    assert "<math" not in (published / "site/feed_rss_created.xml").read_text("utf-8")


def test_pages_load_nothing_from_elsewhere(published: Path) -> None:
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

    for file in sorted((published / "site").rglob("*.html")):
        Finder().feed(file.read_text(encoding="utf-8"))
    assert foreign == []


def record(published: Path, slug: str) -> Any:
    return nbformat.read(published / "build" / "docs" / "runs" / f"{slug}.ipynb", as_version=4)


def code_cells(book: Any) -> list[Any]:
    return [cell for cell in book.cells if cell.cell_type == "code"]


def sources(book: Any) -> list[str]:
    return [cell.source for cell in code_cells(book)]


def text_of(cell: Any) -> list[str]:
    """Return all that a cell printed or showed as text, in pieces of number and not number."""
    texts = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell.outputs]
    figures = ("<Figure size",)
    kept = "".join(text for text in texts if not text.startswith(figures))
    return re.split(r"(-?\d+\.\d+(?:e[+-]?\d+)?)", kept)


def about(pieces: list[str]) -> list[object]:
    """Return the pieces with every number widened by its tolerance."""
    return [
        Near(piece) if re.fullmatch(r"-?\d+\.\d+(?:e[+-]?\d+)?", piece) else piece
        for piece in pieces
    ]


class Near:
    """Equal to a text that is the same number, almost."""

    def __init__(self, text: str) -> None:
        self.number = float(text)

    def __eq__(self, other: object) -> bool:
        return float(str(other)) == pytest.approx(self.number, rel=1e-3, abs=1e-6)

    def __hash__(self) -> int:
        return hash(self.number)

    def __repr__(self) -> str:
        return f"about {self.number}"


def printed(book: Any) -> str:
    """Return what a notebook's code printed; a script does not print a last line's value."""
    outputs = [output for cell in code_cells(book) for output in cell.outputs]
    return "".join(o.text for o in outputs if o.output_type == "stream" and o.name == "stdout")
