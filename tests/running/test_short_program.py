"""Trials execute a program without the cells that no claim needs, if it gives the same numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from site_tools.experiment.plan import Experiment, experiments_for
from site_tools.model.claim import PUBLISHED
from site_tools.model.run import Run, Trace
from site_tools.project import Project, read_posts
from tests.support.posts import CLAIM, POST, code_post
from tests.support.projects import Elevenlines
from tests.support.runs import CLAIM as LOSS
from tests.support.runs import a_run

FIRST, FIGURE, LEARN = "w, a = 0.0, 1", "print(sum(i for i in range(9)))", "w += 0.5 * (4 - w)"
CELLS = f"{FIRST}\n# %%\n{FIGURE}\n# %%\nfor i in range(30):\n    {LEARN}\nloss = 4 - w"
SHAM, SHORT = LOSS.condition("sham"), LOSS.condition("short")
SEED = LOSS.condition("seed", 1)


@pytest.fixture
def experiment() -> Experiment:
    (found,) = experiments_for([replace(code_post(CELLS), claims=(LOSS,))], {})
    return found


def test_only_trials_leave_cells_out(experiment: Experiment) -> None:
    jobs = {job.condition: job for job in experiment.jobs}
    assert {condition for condition, job in jobs.items() if not job.cells} == {PUBLISHED, SHAM}
    assert FIGURE in experiment.post.sources[1]
    assert [FIGURE in cell for cell in jobs[SEED].cells] == [False] * 3
    assert [LEARN in cell for cell in jobs[SEED].cells] == [False, False, True]


def test_short_program_is_tried_before_the_trials(experiment: Experiment) -> None:
    known = {PUBLISHED: a_run(0.1), SHAM: a_run(0.1)}
    (job,) = experiment.ready(known, running=[], recalled=[])
    assert job.condition == SHORT
    assert experiment.ready(known, running=[SHORT], recalled=[]) == []


@pytest.mark.parametrize(
    ("short", "same"),
    [(a_run(0.1), True), (a_run(0.100001), False), (a_run(0.1, Trace()), False)],
    ids=["the same number", "another number", "nothing learned"],
)
def test_trials_execute_it_if_it_gives_the_published_numbers(
    experiment: Experiment, short: Run, *, same: bool
) -> None:
    known = {PUBLISHED: a_run(0.1), SHAM: a_run(0.1), SHORT: short}
    jobs = {job.condition: job for job in experiment.ready(known, running=[], recalled=[])}
    assert bool(jobs[SEED].cells) is same
    control = jobs[LOSS.condition("control", 1)]
    assert control.sham is (short if same else known[SHAM])


POSTS = {
    "sound": ("total = sum(i for i in range(9))", "w += 0.5 * (4 - w)"),
    "file": (
        "for _ in range(1):\n    open('rate', 'w').write('0.5')",
        "w += float(open('rate').read()) * (4 - w)",
    ),
    "random": ("print([random.random() for i in range(9)])", "w += random.random() * (4 - w)"),
}


@pytest.mark.parametrize("slug", POSTS)
def test_claims_are_accepted_either_way(slug: str, project: Path, elevenlines: Elevenlines) -> None:
    """What is not seen in the names, such as a file, shows in the numbers of the short program."""
    unneeded, learns = POSTS[slug]
    code = (
        f"import random\nrandom.seed(1)\nw, a = 0.0, 1\n```\n\nWords.\n\n```python\n{unneeded}\n```"
    )
    code += f"\n\nWords.\n\n```python\nfor step in range(9):\n    {learns}"
    text = POST.format(claim=CLAIM.replace("0.05", "0.5"), code=code)
    (project / "posts" / f"{slug}.md").write_text(text, encoding="utf-8")
    status, said = elevenlines("run")
    assert status == 0, said
    (found,) = Project(project).experiments(read_posts(Project(project)).posts)
    seeds = [job for job in found.jobs if job.condition.kind == "seed"]
    stored = {*Project(project).store.stored()}
    assert {job.key in stored for job in seeds} == {slug == "sound"}
    assert "0 posts executed" in elevenlines("run")[1]
