"""The staged tree is the contract with the renderer: another one makes the same site of it.

Zensical is left out where it does not install. Its exit code says little, since it passes over what
it does not know; so the names of all files are compared, and the anchors of every page.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from benchmarks.renderers import complete_settings
from tests.support.projects import contents

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("renderers")]

KNOWN = {
    "properdocs": {},
    "zensical": {
        "assets/javascripts/*": "each theme has its own scripts",
        "assets/stylesheets/*": "each theme has its own styles",
        "runs/*/index.html": "there is no mkdocs-jupyter for Zensical;",
        "runs/*.ipynb": "so it passes the notebooks on",
        "search/search_index.json": "the search of MkDocs reads this,",
        "search.json": "and that of Zensical this",
        "sitemap.xml.gz": "Zensical writes the sitemap only as it is",
        "*index.html.md*": "our plugin gives the texts their names",
        "tags.json": "a by-product of Material's plugin, which nothing reads",
    },
}  # fmt: skip
"""Files that only one of the two renderers writes, and why."""


def anchors(page: bytes) -> list[str]:
    """Return the anchors of all headings in a page's own text."""
    text = page.decode("utf-8").partition("<article")[2].partition("</article>")[0]
    return re.findall(r'<h[1-6][^>]*\bid="([^"]+)"', text)


@pytest.fixture(scope="module", params=list(KNOWN))
def rendered(
    request: pytest.FixtureRequest, example: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, bytes]]:
    """The name of the other renderer, and what it makes of the small site's staged tree."""
    pytest.importorskip(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copytree(example / "build" / "docs", folder / "build" / "docs")
    shutil.copy(example / "mkdocs.yml", folder)
    if request.param == "zensical":  # it has no plugins of others, and templates of its own
        settings = complete_settings(example / "mkdocs.yml")
        (folder / "mkdocs.yml").write_text(settings, encoding="utf-8")
    command = [sys.executable, "-m", request.param, "build", "--config-file", "mkdocs.yml"]
    subprocess.run(command, cwd=folder, check=True)
    return request.param, contents(folder / "site")


def test_same_urls(rendered: tuple[str, dict[str, bytes]], example: Path) -> None:
    name, theirs = rendered
    differences = theirs.keys() ^ contents(example / "site").keys()
    matches = {
        pattern: {file for file in differences if fnmatchcase(file, pattern)}
        for pattern in KNOWN[name]
    }
    assert differences - set().union(*matches.values()) == set(), "this is new"
    assert [pattern for pattern, files in matches.items() if not files] == [], "this is gone"


def test_same_anchors(rendered: tuple[str, dict[str, bytes]], example: Path) -> None:
    _, theirs = rendered
    ours = contents(example / "site")
    pages = [name for name in ours.keys() & theirs.keys() if name.endswith(".html")]
    assert len(pages) > 10
    assert {page for page in pages if anchors(ours[page]) != anchors(theirs[page])} == set()
