"""What must be true of each of this site's own posts: its numbers, its page and its downloads.

Only the published runs are made here. `make site` makes the evidence as well, `make verify` runs
all downloads; the workflow runs these tests once more on the site that `make site` has built.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser
from pytest_notebook.nb_regression import NBRegressionFixture

from site_tools.downloads.exercise_plan import plan
from site_tools.downloads.exercises import Exercise, levels
from site_tools.experiment.plan import experiments_for
from site_tools.model.goals import holds
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.project import Project, read_posts
from site_tools.sandbox.environment_variables import THREADS
from tests.support.exercises import checked
from tests.support.kernels import kernels_with
from tests.support.notebooks import about, code_cells, masked, printed, record, sources, text_of
from tests.support.projects import POSTS, ROOT
from tests.support.visits import Visits

pytestmark = pytest.mark.slow

LONG = {
    "attention-gpt", "autograd", "cnn-top-down", "eleven-lines", "reading-a-paper", "resnet",
    "rnn-lstm", "word2vec",
}  # fmt: skip
"""Posts that train for more than four seconds.

`make verify`, which the workflows run, runs their scripts alone. Here their notebooks run.
"""

SHORT = [slug for slug in POSTS if slug not in LONG]

RUNNER = ROOT / "tests" / "support" / "script_runner.py"

IMPORTED = "torch,torch._dynamo,sklearn.datasets,matplotlib.pyplot"
"""What is imported once for all scripts; the first optimizer of torch imports torch._dynamo."""

IN_THREADS = "pytorch"
"""The post whose notebook runs in a kernel of its own, with as many threads as a reader's, which
add in another order."""


@cache
def posts(published: Path) -> dict[str, tuple[Post, Run]]:
    """Return each post with its published run, by slug."""
    project = Project(published)
    experiments = experiments_for(read_posts(project).posts, project.pins)
    runs = [(one.post, project.store.load(one.jobs[0].key)) for one in experiments]
    return {post.slug: (post, run) for post, run in runs if run}


@pytest.mark.parametrize("slug", POSTS)
def test_claims_reach_their_goals(published: Path, slug: str) -> None:
    post, run = posts(published)[slug]
    assert post.claims or post.no_learning
    for claim in post.claims:
        value = run.number(claim.metric)
        assert value is not None, run.values[claim.metric]
        assert holds(claim.goal, value), (claim.says, value)


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


def place_data(published: Path, slug: str, folder: Path) -> None:
    """Put the data files of a post beside its program, which would fetch them from the site."""
    for file in posts(published)[slug][0].data:
        shutil.copy(published / "site" / "posts" / slug / file.name, folder)


@pytest.fixture(scope="module")
def ended(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """The exit code of each short script, and what it printed, in an empty folder of its own.

    Their processes are forked after the imports, which would take longer than they do.
    """
    scripts = {}
    for slug in SHORT:
        folder = tmp_path_factory.mktemp(slug)
        scripts[slug] = folder / f"{slug}.py"
        shutil.copy(published / "site" / "posts" / slug / f"{slug}.py", folder)
        place_data(published, slug, folder)
    environment = {"PATH": os.environ["PATH"], "MPLBACKEND": "agg", **dict.fromkeys(THREADS, "1")}
    environment["MPLCONFIGDIR"] = str(tmp_path_factory.mktemp("matplotlib"))
    command = [
        sys.executable,
        "-I",
        "-W",
        "error",
        str(RUNNER),
        IMPORTED,
        *map(str, scripts.values()),
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {slug: found[str(script)] for slug, script in scripts.items()}


@pytest.mark.xdist_group("scripts")
@pytest.mark.parametrize("slug", SHORT)
def test_script_run_alone_prints_what_is_expected(
    published: Path, slug: str, ended: dict[str, tuple[int, str]]
) -> None:
    """In plain Python, with warnings as errors and without this project."""
    code, said = ended[slug]
    assert code == 0, said
    same = masked if plan(*posts(published)[slug]).timed else str
    assert same(said) == same(expected_output(published, slug))


@pytest.fixture(scope="module")
def kernels() -> Iterator[Path]:
    """Where Jupyter finds a kernel that has imported what most notebooks need."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, kernels_with(IMPORTED, Path(folder)):
        yield Path(folder)


@pytest.mark.xdist_group("notebooks")
@pytest.mark.parametrize("slug", POSTS)
def test_notebook_repeats_in_stock_jupyter(
    published: Path, slug: str, kernels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The published notebook, re-executed by pytest-notebook, gives the published outputs.

    Text must agree, numbers to a relative 10⁻³, but times may differ; figures differ by our style
    alone.
    """
    if slug == IN_THREADS:
        for name in THREADS:
            monkeypatch.delenv(name)
    else:
        monkeypatch.setenv("JUPYTER_PATH", str(kernels))
    downloaded = published / "site" / "posts" / slug / f"{slug}.ipynb"
    book = nbformat.read(downloaded, as_version=4)
    recorded = record(published, slug)
    post, run = posts(published)[slug]
    own = 1 if post.data else 0  # a cell that fetches the data comes first
    assert sources(book)[own:-1] == sources(recorded)  # the last one checks the claims
    assert not any(cell.get("outputs") for cell in book.cells)

    path = tmp_path / f"{slug}.ipynb"
    nbformat.write(book, path)
    place_data(published, slug, tmp_path)
    fixture = NBRegressionFixture(exec_timeout=600)
    again = fixture.check(str(path), raise_errors=False).nb_final

    *cells, check = code_cells(again)[own:]
    assert check.outputs[-1].text.endswith("Your network learns.\n")
    timed = plan(post, run).timed
    for number, (before, after) in enumerate(zip(code_cells(recorded), cells, strict=True), 1):
        assert not [o for o in after.outputs if o.output_type == "error"]
        if number in timed:
            assert masked("".join(text_of(after))) == masked("".join(text_of(before)))
        else:
            assert text_of(after) == about(text_of(before))


@cache
def said_of_blanks(published: Path) -> dict[str, str]:
    """Return what the check says of every exercise in which nothing is written."""
    exercises = [
        Exercise(post, run, level, plan(post, run))
        for post, run in posts(published).values()
        for level in levels(post)
    ]
    return checked(
        {
            f"{one.post.slug}-{one.level}": {
                "cells": one.code(),
                "check": [cell.source for cell in one.check()],
            }
            for one in exercises
        }
    )


@pytest.mark.xdist_group("blanks")
@pytest.mark.parametrize("slug", POSTS)
def test_blanks_of_exercises_do_not_pass(published: Path, slug: str) -> None:
    for level in levels(posts(published)[slug][0]):
        answer = said_of_blanks(published)[f"{slug}-{level}"]
        assert answer.startswith("Not yet: "), answer
        assert "is still `...`" in answer


@pytest.fixture(scope="module")
def visits(browser: Browser, address: str) -> Visits:
    return Visits(browser, address)


def of_pages(test: Any) -> Any:
    """Have a process visit a page for all of the tests that ask something of it."""
    slugs = [pytest.param(slug, marks=pytest.mark.xdist_group(f"page {slug}")) for slug in POSTS]
    return pytest.mark.parametrize("slug", slugs)(test)


@of_pages
def test_page_is_accessible(visits: Visits, slug: str) -> None:
    assert visits.visit(f"/posts/{slug}/", by_rules=True).inaccessible == []


@of_pages
def test_page_is_whole(visits: Visits, slug: str) -> None:
    """So is its run record: nothing is missing, or wider than a phone or a desk."""
    path = f"/posts/{slug}/"
    assert visits.visit(path, by_rules=True).faults == []
    assert visits.visit(path, "desk").faults == []
    assert visits.unwhole([f"/runs/{slug}/"]) == []


@of_pages
def test_page_is_light_and_lies_still(visits: Visits, slug: str, record_property: Any) -> None:
    both = [visits.visit(f"/posts/{slug}/", by_rules=True), visits.visit(f"/posts/{slug}/", "desk")]
    record_property("kilobytes", both[0].kilobytes)
    assert max(visit.shift for visit in both) < 0.1
    assert max(visit.kilobytes for visit in both) <= 150


@of_pages
def test_page_reads_without_javascript(visits: Visits, slug: str) -> None:
    assert visits.read(f"/posts/{slug}/").unreadable == []


@of_pages
def test_page_prints(visits: Visits, slug: str) -> None:
    assert visits.visit(f"/posts/{slug}/", "desk").unprintable == []
