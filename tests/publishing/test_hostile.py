"""No text and no output of a post breaks a feed, or runs in the browser of a reader.

`tests/cases/hostile/` is a project whose posts try. Each place calls `ran` with its name.
"""

from __future__ import annotations

import json
import shutil
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import yaml
from defusedxml import ElementTree as ET

from tests.support.projects import CASES, make_project, run_main

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile")]

NAMES = yaml.safe_load((CASES / "hostile/posts/names.md").read_text("utf-8").split("---\n")[1])
DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_project(tmp_path_factory.mktemp("hostile") / "project")
    shutil.copytree(CASES / "hostile", folder, dirs_exist_ok=True)
    code, said = run_main(folder, "build")
    assert code == 0, said
    return folder / "site"


@pytest.mark.parametrize("name", ["feed_rss_created.xml", "feed_rss_updated.xml"])
def test_feeds_are_valid_for_any_text(site: Path, name: str) -> None:
    """What the RSS 2.0 specification wants of a channel and its items."""
    channel = ET.parse(site / name).getroot().find("channel")
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
    assert len(pages) == len(NAMES["categories"])
    assert {"cplusplus", "csharp", "r-and-d", "a-less-b"} <= set(pages)
