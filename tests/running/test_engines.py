"""All engines give the outputs of a stock Jupyter kernel, for a corpus of difficult posts.

The posts of this site are compared with stock Jupyter in `publishing/test_published.py`.
To add a case: a post in `tests/cases/engines/`; for one that fails, in `tests/cases/faults/`, with
its name in FAULTS.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from site_tools import project as projects
from site_tools.experiment.plan import Job, experiments_for
from site_tools.model.run import Run
from site_tools.running import gpus
from site_tools.running.engines import new_engine
from site_tools.running.options import Options
from site_tools.running.pool import Pool
from site_tools.running.scheduler import History, Queue
from tests.support.engines import LOCAL_ENGINES
from tests.support.gpu import HAS_GPU
from tests.support.posts import edit, write
from tests.support.projects import CASES, Elevenlines, make_project

HERE = CASES / "engines"
SLUGS = sorted(path.stem for path in HERE.glob("*.md"))
FAULTS = [
    "raises",
    "raises-in-a-figure",
    "raises-in-a-task",
    "raises-in-its-repr",
    "runs-a-second-loop",
]

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("engines")]


def make_engines_project(folder: Path) -> Path:
    make_project(folder)
    shutil.copytree(HERE, folder / "posts", dirs_exist_ok=True)
    for slug in FAULTS:
        text = (CASES / "faults" / f"{slug}.md").read_text(encoding="utf-8")
        path = folder / "posts" / f"{slug}.md"
        path.write_text(text.replace("title: A fault", f"title: {slug}"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Run]]:
    """The published run of each post, for each engine."""
    project = projects.Project(make_engines_project(tmp_path_factory.mktemp("engines") / "project"))
    reading = projects.read_posts(project)
    assert reading.problems == ()
    posts = [post for post in reading.posts if post.slug in {*SLUGS, *FAULTS}]
    jobs = [experiment.jobs[0] for experiment in experiments_for(posts, project.pins)]
    found: dict[str, dict[str, Run]] = {}
    for engine in LOCAL_ENGINES:
        kept = found.setdefault(engine, {})

        def done(job: Job, run: Run, kept: dict[str, Run] = kept) -> list[Job]:
            kept[job.post.slug] = run
            return []

        options = Options(engine=engine, jobs=2, timeout=60)
        pool = Pool.of(new_engine(options), options, jobs)
        queue = Queue(History(project.root / "history.json"), 8e9)
        pool.execute(jobs, queue, done, lambda: None)
    return found


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("engine", [engine for engine in LOCAL_ENGINES if engine != "jupyter"])
def test_engine_gives_the_outputs_of_a_stock_kernel(
    slug: str, engine: str, runs: dict[str, dict[str, Run]]
) -> None:
    run, reference = runs[engine][slug], runs["jupyter"][slug]
    assert reference.failure is None
    assert run.failure is None
    assert run.outputs == reference.outputs
    assert run.values == reference.values
    assert run.texts == reference.texts


@pytest.mark.parametrize("slug", FAULTS)
@pytest.mark.parametrize("engine", [engine for engine in LOCAL_ENGINES if engine != "jupyter"])
def test_engine_gives_the_failure_of_a_stock_kernel(
    slug: str, engine: str, runs: dict[str, dict[str, Run]]
) -> None:
    failure, reference = runs[engine][slug].failure, runs["jupyter"][slug].failure
    assert failure is not None
    assert reference is not None
    assert replace(failure, detail="") == replace(reference, detail="")
    assert runs[engine][slug].outputs == runs["jupyter"][slug].outputs


@pytest.mark.parametrize("engine", LOCAL_ENGINES)
def test_gpu_is_hidden_from_others_and_missed_by_those_that_ask(
    engine: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where torch is a build without CUDA, a run on a GPU says so; with a GPU, it runs."""
    seen = "import os\nprint(os.environ.get('CUDA_VISIBLE_DEVICES'))"
    write(project, "cpu", seen)
    edit(write(project, "gpu", f"{seen}\nimport torch"), "authors:", "device: gpu\nauthors:")
    found = {}

    def done(job: Job, run: Run) -> list[Job]:
        found[job.post.slug] = run.failure.what if run.failure else run.outputs[0][0]["text"]
        return []

    ours = projects.Project(project)
    posts = projects.read_posts(ours).posts
    jobs = [experiment.jobs[0] for experiment in experiments_for(posts, ours.pins)]
    monkeypatch.setattr(gpus, "find", lambda: gpus.Gpus(("0",)))
    options = Options(engine=engine, jobs=2, timeout=60)
    pool = Pool.of(new_engine(options), options, jobs)
    pool.execute(jobs, Queue(History(project / "history.json"), 1e10), done, lambda: None)
    without = "the installed torch is a build without CUDA."
    assert found == {"cpu": "\n", "gpu": "0\n" if HAS_GPU else without}


def test_outputs_do_not_depend_on_folder_hash_seed_or_jobs(
    tmp_path: Path, runs: dict[str, dict[str, Run]]
) -> None:
    """Another, deeper folder, another hash seed of the parent, and one job at a time, not two."""
    folder = make_engines_project(tmp_path / "another" / "deep" / "project")
    command = [sys.executable, "-m", "site_tools", "run", "--jobs", "1"]
    environment = {**os.environ, "PYTHONHASHSEED": "2"}
    subprocess.run(command, cwd=folder, env=environment, check=False)  # some raise
    project = projects.Project(folder)
    experiments = experiments_for(projects.read_posts(project).posts, project.pins)
    found = {one.post.slug: project.store.load(one.jobs[0].key) for one in experiments}
    assert {slug: run and run.outputs for slug, run in found.items()} == {
        slug: run.outputs for slug, run in runs["warm"].items()
    }


def test_kernel_that_does_not_start_is_reported(
    project: Path, elevenlines: Elevenlines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "raise ImportError('no module named zmq')"
    (tmp_path / "ipykernel_launcher.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    write(project, "post")
    status, said = elevenlines("run", "--engine", "jupyter")
    assert status == 1
    what = "no fault of the post, but its kernel did not start: ImportError: no module named zmq."
    assert f"posts/post.md:12: {what}" in said, said


@pytest.mark.parametrize("engine", LOCAL_ENGINES)
def test_sham_has_another_hash_seed(engine: str, project: Path, elevenlines: Elevenlines) -> None:
    shutil.copy(CASES / "claims" / "refused" / "order-of-letters.py", project / "posts")
    code, said = elevenlines("run", "--engine", engine)
    assert code == 1
    assert "`enumerate(letters)` is in the order of a set" in said
