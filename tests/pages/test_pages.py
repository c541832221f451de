"""The exporter, case by case: a post in `pages/posts`, its page and script in `pages/expected`.

To add a case: write a post there, run `pytest --update`, and read what it wrote.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from site_tools import project as projects
from site_tools.commands.run import run_posts
from site_tools.publishing.site import Tree, site_of
from site_tools.publishing.staging import tree
from site_tools.running.options import Options
from tests.support.projects import CASES, make_project

HERE = CASES / "pages"
POSTS = sorted(
    path.stem for path in HERE.glob("posts/[!.]*") if path.suffix in {".md", ".py", ".ipynb"}
)
LISTS = ["marks.md", "deep/marks.md"]
LISTS += [f"posts/category/{name}.md" for name in ("foundations", "asides-and-more")]
LISTS += ["posts/archive/2026.md", "posts/author/ada.md", "posts/author/editors.md"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pages")]


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """What the real commands stage for all cases, after really running them."""
    folder = make_project(tmp_path_factory.mktemp("pages") / "project")
    for name in ("posts", "snippets", "docs"):
        shutil.copytree(HERE / name, folder / name, dirs_exist_ok=True)
    project = projects.Project(folder)
    reading = projects.read_posts(project)
    outcome = run_posts(project, reading, Options())
    assert all(problem.for_readers for problem in outcome.problems)
    settings = replace(project.settings, site_url="https://example.org/")
    return tree(site_of(outcome.judged, folder, settings=settings, authors=project.authors))


@pytest.mark.parametrize("slug", POSTS)
@pytest.mark.parametrize("name", ["posts/posts/{}.md", "posts/{0}/{0}.py", "posts/{0}/{0}.ipynb"])
def test_looks_as_expected(
    slug: str, name: str, staged: Tree, expect: Callable[[Path, str], None]
) -> None:
    expect(HERE / "expected" / Path(name.format(slug)).name, text_of(staged, name.format(slug)))


@pytest.mark.parametrize("name", LISTS)
def test_page_of_the_site_shows_the_posts(
    name: str, staged: Tree, expect: Callable[[Path, str], None]
) -> None:
    expect(HERE / "expected" / "site" / name, text_of(staged, name))


@pytest.mark.parametrize("slug", ["everything", "small"])
def test_text_for_programs_is_the_post(
    slug: str, staged: Tree, expect: Callable[[Path, str], None]
) -> None:
    """Code, what it printed, and full addresses; nothing that the page hides."""
    text = text_of(staged, f"posts/{slug}/index.html.md.txt")
    expect(HERE / "expected" / "texts" / f"{slug}.md", text)


def test_every_text_is_listed(staged: Tree) -> None:
    listed = set(re.findall(r"\(https://example\.org/(.*?)\)", text_of(staged, "llms.txt")))
    assert listed == {name.removesuffix(".txt") for name in staged if name.endswith(".md.txt")}


@pytest.mark.parametrize("slug", POSTS)
def test_record_tells_of_its_run(
    slug: str, staged: Tree, expect: Callable[[Path, str], None]
) -> None:
    """The text around the notebook: its head, and the lines above the code."""
    cells = json.loads(text_of(staged, f"runs/{slug}.ipynb"))["cells"]
    ours = ["".join(cell["source"]) for cell in cells if not cell["id"].startswith("cell-")]
    expect(HERE / "expected" / "runs" / f"{slug}.md", "\n\n".join(ours) + "\n")


@pytest.mark.parametrize("slug", POSTS)
def test_record_to_download_is_the_notebook_and_what_it_showed(slug: str, staged: Tree) -> None:
    """But for the cell that the notebook has at its end, in which the reader checks the claims."""
    names = [f"posts/{slug}/{slug}.ipynb", f"runs/{slug}/{slug}.ipynb", f"runs/{slug}.ipynb"]
    books = [json.loads(staged[name])["cells"] for name in names]
    own = [[cell for cell in book if cell["id"] != "check"] for book in books]
    code = [[cell for cell in book if cell["cell_type"] == "code"] for book in own]
    plain, executed, shown = ([cell["source"] for cell in cells] for cells in code)
    assert plain == executed == shown
    assert [cell["outputs"] for cell in code[1]] == [cell["outputs"] for cell in code[2]]
    prose, ours = ([c["source"] for c in book if c["id"].startswith("cell-")] for book in books[:2])
    assert prose == ours


def text_of(staged: Tree, name: str) -> str:
    """Return a staged file without what differs from run to run."""
    text = staged[name].decode("utf-8")
    text = re.sub(r"\d+\.\d+ s\b|\d+ ms\b", "N s", text)
    text = text.replace("under N s", "N s")
    text = re.sub(r"[\d,]+ MB\b", "N MB", text)
    text = re.sub(r"the longest is cell \d+", "the longest is cell N", text)
    text = re.sub(r"(figure-\d+)-[0-9a-f]{8}", r"\1-HASH", text)
    text = re.sub(r"Python \d\.\d+\.\d+", "Python 3.N.N", text)
    return re.sub(r"\d+ [A-Z][a-z]+ 20\d\d", "TODAY", text)


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
