"""Every way in which a post can fail while it runs: one message, and no other post is harmed.

To add a case: a post in `tests/cases/faults/`; `pytest --update` writes its message beside it.
Read the message aloud.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.plan import experiments_for
from site_tools.project import Project, read_posts
from tests.support.layers import ACTIVE
from tests.support.posts import write, write_learning
from tests.support.projects import CASES, left_behind, make_project, run_main, short_folder

HERE = CASES / "faults"
FAULTS = sorted(path.stem for path in HERE.glob("*.md"))

NEEDS = {"kills-its-parent": "processes", "memory-shared": "shared memory"}
"""Faults that would harm the machine without a certain layer of confinement."""

ENDLESS = {
    **dict.fromkeys(
        ["endless-loop", "ignores-signals", "long-c-call", "stops-itself", "swallows-interrupts"], 3
    ),
    "trial-endless": 6,
}
"""Faults that have no end, and after how many seconds they are ended; the last one, after a run
that ends. All others get the time that they need, on however slow a machine."""

RUNNABLE = [slug for slug in FAULTS if NEEDS.get(slug, "limits") in ACTIVE]

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("faults")]


@dataclass(frozen=True)
class Builds:
    """All faults between two sound posts: run once as they are, and once when they are fixed."""

    said: str
    code: int
    stored: Counter[str]
    """The number of stored runs without a failure, by post."""
    left: list[str]
    """Processes and temporary files that the first run left behind."""
    fixed: str
    fixed_code: int


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    folder = make_project(tmp_path_factory.mktemp("faults") / "project")
    for slug in RUNNABLE:
        text = (HERE / f"{slug}.md").read_text(encoding="utf-8")
        post = folder / "posts" / f"{slug}.md"
        post.write_text(text.replace("title: A fault", f"title: {slug}"), encoding="utf-8")
    write(folder, "a-neighbour", "a = 1\nprint('well')")
    write_learning(folder, "z-neighbour")
    with pytest.MonkeyPatch.context() as monkeypatch, short_folder(monkeypatch) as temporary:
        said, code = "", 0
        for seconds in sorted({ENDLESS.get(slug, 60) for slug in RUNNABLE}):
            slugs = [slug for slug in RUNNABLE if ENDLESS.get(slug, 60) == seconds]
            slugs += ["a-neighbour", "z-neighbour"] if seconds == 60 else []
            limits = ["--timeout", str(seconds), "--jobs", "2"]
            status, text = run_main(folder, "run", *limits, *slugs)
            code, said = max(code, status), said + text
        left = [*left_behind(temporary), *map(str, temporary.iterdir())]
        stored = stored_runs(folder)
        for slug in RUNNABLE:
            write(folder, slug, "a = 2")
        fixed_code, fixed = run_main(folder, "run")
    return Builds(said, code, stored, left, fixed, fixed_code)


def stored_runs(folder: Path) -> Counter[str]:
    """Count the stored runs of each post that did not fail."""
    project = Project(folder)
    found: Counter[str] = Counter()
    for experiment in experiments_for(read_posts(project).posts, project.pins):
        state = ExperimentState.load(experiment, project.store, retry=True)
        found[experiment.post.slug] = len(state.runs)
    return found


@pytest.mark.parametrize("slug", FAULTS)
def test_fault_is_reported_and_fixable(
    slug: str, builds: Builds, expect: Callable[[Path, str], None]
) -> None:
    if slug not in RUNNABLE:
        pytest.skip(f"this machine cannot confine {NEEDS[slug]}")
    (about,) = re.findall(rf"(?m)^posts/{slug}\.md:.*\n(?:  .*\n)*", builds.said)
    text = re.sub(r"the [\d.]+ GB", "the N GB", about)  # depends on the machine
    expect(HERE / f"{slug}.txt", re.sub(r"memory: \d+ GB", "memory: N GB", text))
    # Only the published run of a post whose trials fail is sound.
    assert builds.stored[slug] == slug.startswith("trial-")
    assert f"posts/{slug}.md " in builds.fixed, builds.fixed


def test_faults_harm_no_other_post(builds: Builds) -> None:
    assert builds.code == 1
    assert "posts/a-neighbour.md " in builds.said, builds.said
    assert "posts/z-neighbour.md " in builds.said, builds.said
    assert builds.stored["a-neighbour"] == 1
    assert builds.stored["z-neighbour"] == 16
    assert builds.left == []
    assert builds.fixed_code == 0, builds.fixed
