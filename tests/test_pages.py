"""The exporter, case by case: a post in `pages/posts`, its page and script in `pages/expected`.

To add a case: write a post there, run `pytest --update`, and read what it wrote.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from site_tools import project as projects
from site_tools.commands.run import Options, run_posts
from site_tools.stage import Published, Tree, tree
from tests.conftest import make_project

HERE = Path(__file__).parent / "pages"
POSTS = sorted(path.stem for path in HERE.glob("posts/*.*") if path.suffix != ".svg")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pages")]


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """What the real commands stage for all cases, after really running them."""
    folder = make_project(tmp_path_factory.mktemp("pages") / "project")
    for name in ("posts", "snippets"):
        shutil.copytree(HERE / name, folder / name, dirs_exist_ok=True)
    project = projects.Project(folder)
    reading = projects.read_posts(project)
    outcome = run_posts(project, reading, Options())
    assert not outcome.problems
    published = [Published(r.post, r.run, r.evidence) for r in outcome.results]
    return tree(published, folder, "https://example.org/")


@pytest.mark.parametrize("slug", POSTS)
@pytest.mark.parametrize("name", ["posts/posts/{}.md", "posts/{0}/{0}.py", "posts/{0}/{0}.ipynb"])
def test_looks_as_expected(
    slug: str, name: str, staged: Tree, expect: Callable[[Path, str], None]
) -> None:
    text = staged[name.format(slug)].decode("utf-8")
    text = re.sub(r"\d+\.\d s\b", "N s", text)
    text = re.sub(r"(figure-\d+)-[0-9a-f]{8}", r"\1-HASH", text)
    text = re.sub(r"Python \d\.\d+\.\d+", "Python 3.N.N", text)
    text = re.sub(r"\d+ [A-Z][a-z]+ 20\d\d", "TODAY", text)
    expect(HERE / "expected" / Path(name.format(slug)).name, text)


def test_figure_and_local_image_stand_beside_the_page(staged: Tree) -> None:
    beside = sorted(name for name in staged if name.startswith("posts/everything/"))
    (figure,) = (name for name in beside if "figure-1-" in name)
    assert staged[figure].startswith(b"<?xml")
    assert "posts/everything/dot.svg" in beside


def test_record_shows_what_the_page_hides(staged: Tree) -> None:
    record = staged["runs/everything.ipynb"].decode("utf-8")
    assert "this cell shows nowhere on the page" in record
    assert "mind the step" in record


def test_record_shows_formulas(staged: Tree) -> None:
    record = staged["runs/formulas.ipynb"].decode("utf-8")
    assert '<mover accent=\\"true\\"><mi>y</mi>' in record
    assert "$x_i$" not in record


def test_reading_order_puts_what_is_required_first(staged: Tree) -> None:
    front = staged["index.md"].decode("utf-8")
    assert front.index("A small post") < front.index("Everything")
