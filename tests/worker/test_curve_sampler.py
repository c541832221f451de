"""Programs that are sampled while they learn: the samples, or why there are none.

To add a case: a post in `curves`, which must be accepted; `pytest --update` writes what `run -v`
says of its learning curve into a file beside it. Read it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.plan import experiments_for
from site_tools.model.claim import Condition
from site_tools.model.faults import MetricFault
from site_tools.model.run import Run, Segment
from site_tools.project import Project, read_posts
from site_tools.running.answer_schema import Answer
from site_tools.worker.curve_sampler import ABSENT, CurveSampler, SamplingPlan, positions
from tests.support.projects import CASES, make_project, run_main

HERE = CASES / "curves"
FILES = sorted(HERE.glob("*.py"))

slow = pytest.mark.slow


def test_positions_are_dense_at_the_start_and_reach_the_end() -> None:
    found = positions(60_000)
    assert found[:5] == [0, 1, 2, 3, 4]
    assert found[-1] == 60_000
    assert max(later - earlier for earlier, later in pairwise(found)) <= 60_000 / 24
    assert len(found) <= 50
    assert positions(5) == [0, 1, 2, 3, 4, 5]
    assert positions(0) == [0, 1]


def test_ablated_run_is_sampled_where_the_curve_was() -> None:
    """An expression without a curve is not sampled."""
    curve = {"loss": {(1, 0): (0, 7, 50)}}
    plan = SamplingPlan(
        ["loss", "other"], ["loss", "other"], (), most=100, seconds=0.0, sampled_at=curve
    )
    sampler = CurveSampler(plan, {"loss": 3.0, "other": 1.0})
    sampler.begin()
    for _ in range(100):
        sampler.update("the one site")
    sampler.end()
    segment = {"place": (1, 0), "updates": [0, 7, 50, 100], "values": [3.0] * 4}
    assert sampler.results() == {"loss": [segment], "other": asdict(ABSENT)}


@pytest.mark.parametrize(
    "samples",
    [
        {"place": [1, 0], "updates": [], "values": []},
        {"place": [1, 0], "updates": [0, 1], "values": [1.0]},
        {"place": [1, 0], "updates": [0, 0], "values": [1.0, 2.0]},
        {"place": [1, 0], "updates": [0], "values": ["NaN"]},
        {"place": [1], "updates": [0], "values": [1.0]},
    ],
)
def test_answer_with_impossible_samples_is_refused(samples: dict[str, object]) -> None:
    answer: dict[str, object] = {
        "seconds": [],
        "values": {},
        "failure": None,
        "memory": 0,
        "curves": {"a": [samples]},
    }
    with pytest.raises(ValidationError):
        Answer.model_validate(answer)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Run all cases, without a sandbox; return their folder, and what `run -v` printed."""
    project = make_project(tmp_path_factory.mktemp("curves") / "project")
    for case in FILES:
        shutil.copy(case, project / "posts" / case.name)
    return project, run_main(project, "run", "-v", "--sandbox", "off")[1]


@slow
@pytest.mark.long
@pytest.mark.xdist_group("curves")
@pytest.mark.parametrize("case", FILES, ids=lambda case: case.stem)
def test_curve(case: Path, said: tuple[Path, str], expect: Callable[[Path, str], None]) -> None:
    blocks = re.split(r"^(?=posts/)", said[1], flags=re.MULTILINE)
    block = "".join(block for block in blocks if block.startswith(f"posts/{case.name}"))
    assert re.search(r"^  claim 1: .* accepted$", block, re.MULTILINE), block
    (line,) = re.findall(r"^    ((?:no )?curve  .*)$", block, re.MULTILINE)
    expect(case.with_suffix(".txt"), line + "\n")


def runs_of(project: Path, slug: str) -> dict[Condition, Run]:
    """Return what the store holds of a post."""
    found = Project(project)
    posts = [post for post in read_posts(found).posts if post.slug == slug]
    (experiment,) = experiments_for(posts, found.pins)
    return ExperimentState.load(experiment, found.store).runs


def copy_plain_runs(source: Path, target: Path, slug: str) -> None:
    """Store the runs of a post that were not sampled in another project."""
    found = Project(target)
    (post,) = (post for post in read_posts(found).posts if post.slug == slug)
    (experiment,) = experiments_for([post], found.pins)
    for job in experiment.all_jobs:
        run = Project(source).store.load(job.key)
        if run and not run.curves:
            found.store.save(job.key, run)


def only_segment(runs: dict[Condition, Run], kind: str) -> Segment:
    """Return the only segment in which a run of a kind was sampled."""
    (run,) = [run for condition, run in runs.items() if condition.kind == kind]
    segments = run.curves["abs(w - 3)"]
    assert not isinstance(segments, MetricFault)
    (segment,) = segments
    return segment


@slow
@pytest.mark.long
@pytest.mark.xdist_group("curves")
def test_samples_are_what_the_loop_itself_would_record(said: tuple[Path, str]) -> None:
    runs = runs_of(said[0], "the-metric")
    segment = only_segment(runs, "curve")
    source = (HERE / "the-metric.py").read_text(encoding="utf-8")
    loop = "    w -= 0.1 * ((w * x - y) * x).mean()"
    namespace: dict[str, list[float]] = {"noted": [3.0]}
    exec(source.replace(loop, f"{loop}\n    noted.append(abs(w - 3))"), namespace)  # noqa: S102
    assert list(segment.values) == [namespace["noted"][count] for count in segment.updates]
    assert segment.updates[-1] == 200


@slow
@pytest.mark.long
@pytest.mark.xdist_group("curves")
def test_samples_with_learning_off_are_constant(said: tuple[Path, str]) -> None:
    segment = only_segment(runs_of(said[0], "until-it-fits"), "flat")
    assert set(segment.values) == {3.0}
    assert segment.updates[-1] > 122


@slow
@pytest.mark.long
@pytest.mark.xdist_group("curves")
def test_no_ablated_run_without_a_curve(said: tuple[Path, str]) -> None:
    kinds = {condition.kind for condition in runs_of(said[0], "computed-afterwards")}
    assert kinds == {"published", "sham", "seed", "control", "brief", "mixed", "reversed", "curve"}


@slow
@pytest.mark.long
@pytest.mark.xdist_group("curves")
def test_samples_are_the_same_in_another_folder(said: tuple[Path, str], tmp_path: Path) -> None:
    """The runs that are not sampled are taken from there."""
    project = make_project(tmp_path / "another" / "project")
    names = ["torch-held-out", "one-rate-of-three", "takes-long"]
    for name in names:
        shutil.copy(HERE / f"{name}.py", project / "posts")
        copy_plain_runs(said[0], project, name)
    run_main(project, "run", "--jobs", "1", "torch-held-out")  # importing torch afresh takes long
    run_main(project, "run", "--jobs", "1", "--engine", "fresh")
    for name in names:
        here, there = (runs_of(folder, name) for folder in (said[0], project))
        assert {c: run.curves for c, run in here.items()} == {
            c: run.curves for c, run in there.items()
        }
        assert any(run.curves for run in here.values())
