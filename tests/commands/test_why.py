"""`elevenlines why`: what would run, and what has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from site_tools.experiment.plan import experiments_for
from site_tools.project import Project, read_posts
from tests.support.posts import write, write_learning
from tests.support.projects import Elevenlines
from tests.support.runs import a_run

CODE = "a = 1\nb = 2\nprint(a + b)"


@pytest.fixture
def noted(project: Path) -> Path:
    """A project with a post that seems to have run before; return the post's file."""
    write(project, "sums", CODE)
    (experiment,) = experiments_for(read_posts(Project(project)).posts, Project(project).pins)
    Project(project).last_runs.note(experiment.jobs[0])
    return project / "posts" / "sums.md"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_post_that_never_ran(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "sums", CODE)
    code, said = elevenlines("why", "sums")
    assert code == 0
    assert said.startswith("posts/sums.md: 1 of 1 run missing, about 10 CPU s.\n")
    assert said.endswith("No run of this post was made here yet.\n")


def test_runs_on_a_gpu_are_told_from_those_on_the_cpu(
    project: Path, elevenlines: Elevenlines
) -> None:
    edit(write(project, "sums", CODE), "minutes:", "device: any\nminutes:")
    _, said = elevenlines("why", "sums")
    on_cpu, _, on_gpu, reason = said.splitlines()
    assert on_cpu.startswith("posts/sums.md: 1 of 1 run missing")
    assert on_gpu.startswith("posts/sums.md (on a GPU): 1 of 1 run missing")
    assert reason == "  A post for any device needs no run on a GPU."


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("b = 2", "b = 3", "14: `b = 3` was `b = 2`."),
        ("b = 2", "b = 2\nc = 4", "15: `c = 4` is new."),
        ("\nprint(a + b)", "", "14: `print(a + b)` is gone from here."),
        (CODE, f"{CODE}\n```\n\nMore.\n\n```python\nc = 4", "20: this block of code is new."),
    ],
)
def test_changed_code_is_named_with_its_line(
    noted: Path, elevenlines: Elevenlines, old: str, new: str, reason: str
) -> None:
    edit(noted, old, new)
    _, said = elevenlines("why")
    assert said.splitlines()[1] == f"  posts/sums.md:{reason}"


def test_changed_data_file_is_named_once(project: Path, elevenlines: Elevenlines) -> None:
    path = write(project, "sums", CODE)
    edit(path, "minutes:", "data: [points.csv]\nminutes:")
    (project / "posts" / "points.csv").write_text("1,2\n", encoding="utf-8")
    (experiment,) = experiments_for(read_posts(Project(project)).posts, Project(project).pins)
    Project(project).last_runs.note(experiment.jobs[0])
    (project / "posts" / "points.csv").write_text("1,3\n", encoding="utf-8")
    _, said = elevenlines("why")
    assert said.splitlines()[1:] == ["  the data file `points.csv` has changed."]


def test_replaced_block_is_named(noted: Path, elevenlines: Elevenlines) -> None:
    edit(noted, f"```python\n{CODE}\n```", "```python\nprint('other')\n```")
    _, said = elevenlines("why")
    assert "`print('other')` was `a = 1`." in said


def test_prose_changes_nothing(noted: Path, elevenlines: Elevenlines) -> None:
    with noted.open("a", encoding="utf-8") as file:
        file.write("\nMore words.\n")
    _, said = elevenlines("why")
    assert "Nothing has changed, but the published run is not in the store." in said


def test_unreadable_note_counts_as_absent(noted: Path, elevenlines: Elevenlines) -> None:
    note = noted.parents[1] / ".elevenlines" / "last" / "sums.json"
    for content in ("", "[]", "null", '{"code": 3}', "\x00"):
        note.write_text(content, encoding="utf-8")
        code, said = elevenlines("why")
        assert (code, "No run of this post was made here yet." in said) == (0, True), content


def test_missing_kinds_are_named(project: Path, elevenlines: Elevenlines) -> None:
    write_learning(project, "learns")
    (experiment,) = experiments_for(read_posts(Project(project)).posts, Project(project).pins)
    job = experiment.jobs[0]
    values = {metric: 0.0 if metric.startswith("abs(4") else 9.0 for metric in job.metrics}
    run = replace(a_run(0.0), outputs=((),), seconds=(0.1,), values=values)
    Project(project).store.save(job.key, run)
    code, said = elevenlines("why")
    assert code == 0
    assert "Missing: " in said
    assert "1 with its updates reversed" in said


@pytest.mark.slow
def test_stored_post_has_no_reason_to_run(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "sums", CODE)
    assert elevenlines("run")[0] == 0
    code, said = elevenlines("why")
    assert (code, said) == (0, "posts/sums.md: nothing has changed: 1 run stored.\n")
    edit(project / "posts" / "sums.md", "b = 2", "b = 3")
    _, said = elevenlines("why")
    assert "`b = 3` was `b = 2`." in said
