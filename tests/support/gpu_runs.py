"""Runs as a GPU would leave them, made on the CPU by the real workers.

They have all that a run on a GPU has, such as the name of the GPU, but no GPU has computed them:
they test how such runs are found, judged and shown. Tests marked `gpu` test how they are made.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from site_tools.experiment.plan import experiment_on
from site_tools.model.post import Post
from site_tools.model.run import Gpu
from site_tools.project import Project
from site_tools.running.options import Options
from site_tools.running.session import Session

H100 = Gpu(
    name="NVIDIA H100 80GB HBM3",
    memory=85_029_158_912,
    peak=41_943_040,
    driver="580.159.04",
    torch="2.11.0+cu130",
    cuda="13.0",
    cudnn=91900,
    tf32=False,
    benchmark=False,
    deterministic=True,
    seed=1,
)


class _Silent:
    """A reporter that says nothing."""

    def executing(self, *_: object) -> Any:
        return nullcontext()

    def __getattr__(self, _name: str) -> Any:
        return lambda *_: None


def store_runs(project: Project, post: Post, gpu: Gpu = H100) -> int:
    """Store the runs of a post on a GPU, made on the CPU; return how many there are."""
    plain = experiment_on("cpu", replace(post, device="cpu"), project.pins)
    own = project.store  # its keys are those of the CPU
    session = Session(own, project.root / ".history", project.last_runs, Options(jobs=2), _Silent())
    (outcome,) = session.run([plain]).posts
    assert outcome.problems == (), outcome.problems
    (experiment,) = project.experiments([post], ["gpu"])
    made = 0
    for job, wanted in zip(plain.jobs, experiment.jobs, strict=True):
        assert job.condition == wanted.condition
        if run := own.load(job.key):
            versions = dict(wanted.packages)
            found = replace(run, device="gpu", gpu=gpu, versions=versions, python="3.12.3")
            own.save(wanted.key, found)
            made += 1
    return made
