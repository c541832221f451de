"""What a post runs on decides its experiments, and the keys of their runs."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from site_tools.experiment.plan import Experiment
from site_tools.model.errors import BadProject
from site_tools.project import Project, read_posts
from tests.support.posts import edit, write
from tests.support.projects import Elevenlines
from tests.support.runs import a_run

TORCH = "import torch\na = 1"


def experiments(folder: Path, device: str, code: str = TORCH) -> list[Experiment]:
    edit(write(folder, "post", code), "authors:", f"device: {device}\nauthors:")
    return Project(folder).experiments(read_posts(Project(folder)).posts)


def keys(folder: Path, device: str = "gpu") -> set[str]:
    return {job.key for one in experiments(folder, device) for job in one.jobs}


def test_post_for_any_device_has_an_experiment_on_each(project: Path) -> None:
    assert [one.device for one in experiments(project, "any")] == ["cpu", "gpu"]
    assert [one.device for one in experiments(project, "gpu")] == ["gpu"]
    assert [one.device for one in experiments(project, "cpu")] == ["cpu"]


def test_run_on_a_gpu_is_found_with_another_python(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, on_cpu = keys(project), keys(project, "cpu")
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert keys(project) == before
    assert keys(project, "cpu") != on_cpu


def test_pins_of_the_gpu_belong_to_its_runs_alone(project: Path) -> None:
    cpu, gpu = experiments(project, "any")
    pins = project / "constraints-gpu.txt"
    pins.write_text("torch==2.11.0+cu130\nnumpy==2.5.2\n", encoding="utf-8")
    cpu_then, gpu_then = experiments(project, "any")
    assert cpu_then.jobs[0].key == cpu.jobs[0].key
    assert gpu_then.jobs[0].key != gpu.jobs[0].key
    assert gpu_then.jobs[0].packages == {"torch": "2.11.0"}


def test_pins_of_the_gpu_count_for_what_a_post_imports(project: Path) -> None:
    """What torch needs there comes with its build, and is not known here."""
    before = keys(project)
    (project / "constraints-gpu.txt").write_text("sympy==1.0\n", encoding="utf-8")
    assert keys(project) == before


def test_gpu_needs_no_package_here(project: Path) -> None:
    (project / "constraints-gpu.txt").write_text("torch==9.9\n", encoding="utf-8")
    assert len(experiments(project, "gpu")) == 1
    edit(project / "constraints.txt", "torch==", "torch==9.")
    with pytest.raises(BadProject, match=r"pins torch==9\."):
        experiments(project, "cpu")


def test_bad_line_in_the_pins_of_the_gpu_is_named(project: Path, elevenlines: Elevenlines) -> None:
    edit(write(project, "post", TORCH), "authors:", "device: gpu\nauthors:")
    (project / "constraints-gpu.txt").write_text("# ours\ntorch>=2\n", encoding="utf-8")
    code, said = elevenlines("run")
    assert code == 1
    assert "constraints-gpu.txt:2: `torch>=2` is not `name==version`." in said


def test_run_without_a_gpu_is_none_of_a_job_on_one(project: Path) -> None:
    (experiment,) = experiments(project, "gpu")
    job, run = experiment.jobs[0], replace(a_run(0.0), outputs=((),), seconds=(0.1,), values={})
    assert not job.fits(run)
    assert not job.fits(replace(run, device="gpu"))
