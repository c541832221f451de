"""Runs on a real GPU. On a machine with one: `pytest -m gpu`; `benchmarks/gpu.py` does more."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest

from site_tools.model.run import Run
from site_tools.project import Project, read_posts
from tests.support.gpu import HAS_GPU, pin_installed
from tests.support.posts import NONE, POST, edit, write
from tests.support.projects import CASES, Elevenlines

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.slow,
    pytest.mark.skipif(not HAS_GPU, reason="needs an NVIDIA GPU"),
]


@pytest.fixture(autouse=True)
def pinned(project: Path) -> None:
    pin_installed(project)


def on_gpu(project: Path, slug: str, code: str, more: str = "") -> None:
    """Write a post for the GPU that trains nothing."""
    write(project, slug, f"import torch\n{code}")
    edit(project / "posts" / f"{slug}.md", "authors:", f"device: gpu\n{more}authors:")


def runs_of(folder: Path, slug: str) -> dict[str, Run]:
    """Return the stored runs of a post on the GPU, by their kind and trial."""
    project = Project(folder)
    (post,) = [post for post in read_posts(project).posts if post.slug == slug]
    (experiment,) = project.experiments([post], ["gpu"])
    found = {job.condition: project.store.load(job.key) for job in experiment.jobs}
    return {f"{c.kind} {c.trial}": run for c, run in found.items() if run}


def test_posts_learn_on_a_gpu(project: Path, elevenlines: Elevenlines) -> None:
    shutil.copytree(CASES / "devices", project / "posts", dirs_exist_ok=True)
    code, said = elevenlines("run", "-v", "--device", "gpu")
    assert code == 0, said
    for slug in ("anywhere", "stripes"):
        runs = runs_of(project, slug)
        run = runs["published 0"]
        assert run.device == "gpu"
        assert run.gpu is not None
        assert "NVIDIA" in run.gpu.name
        assert re.fullmatch(r"\d+\.[\d.]+", run.gpu.driver)
        assert 0 < run.gpu.peak < run.gpu.memory
        assert (run.gpu.tf32, run.gpu.benchmark, run.gpu.deterministic) == (False, False, True)
        assert run.gpu.seed == 1
        assert "are right" in run.outputs[1][0]["text"]
        starts = [run for kind, run in runs.items() if kind.startswith("seed")]
        assert len({run.gpu.seed for run in starts if run.gpu}) == len(starts) == 8
    assert elevenlines("run", "--device", "gpu")[1].count("stored") == 3


def test_draws_on_the_gpu_need_a_seed(project: Path, elevenlines: Elevenlines) -> None:
    path = Path(shutil.copy(CASES / "devices" / "anywhere.md", project / "posts"))
    edit(path, "torch.manual_seed(1)\n", "")
    edit(path, "device: any", "device: gpu")
    code, said = elevenlines("run")
    assert code == 1
    assert "draws from torch.cuda, which has no seed" in said
    assert "`torch.manual_seed(1)`" in said


def test_memory_of_the_gpu_runs_out(project: Path, elevenlines: Elevenlines) -> None:
    on_gpu(project, "greedy", "kept = [torch.empty(2**33, device='cuda') for _ in range(1000)]")
    on_gpu(project, "modest", "print(torch.ones(3, device='cuda').sum().item())")
    code, said = elevenlines("run")
    assert code == 1
    assert "greedy.md:15: the post needs more memory than the GPU has: it asks for 32" in said
    assert "posts/modest.md (GPU)" in said
    assert "2 posts executed, 0 stored, 1 failed." in said


def test_kernel_that_never_ends_is_ended(project: Path, elevenlines: Elevenlines) -> None:
    hangs = "torch.cuda._sleep(10**15)\nprint(torch.ones(1, device='cuda').item())"
    on_gpu(project, "hangs", hangs, "timeout: 12\n")
    on_gpu(project, "waits", "print(torch.ones(3, device='cuda').sum().item())")
    began = time.monotonic()
    code, said = elevenlines("run", "--jobs", "1")
    assert code == 1
    assert "still running after 12 s" in said
    assert "A GPU works on while the program goes on" in said
    assert "posts/waits.md (GPU)" in said
    assert "2 posts executed, 0 stored, 1 failed." in said
    assert time.monotonic() - began < 60


def test_one_gpu_runs_one_post_at_a_time(project: Path, elevenlines: Elevenlines) -> None:
    busy = """\
import time
began = time.time()
torch.cuda._sleep(10**9)
torch.cuda.synchronize()
print(began, time.time())"""
    slugs = ("one", "two", "three")
    for slug in slugs:
        on_gpu(project, slug, f"{busy}  # {slug}")
    code, said = elevenlines("run", "--jobs", "3")
    assert code == 0, said
    texts = [runs_of(project, slug)["published 0"].outputs[0][0]["text"] for slug in slugs]
    times = sorted([*map(float, text.split())] for text in texts)
    assert all(times[i][1] <= times[i + 1][0] for i in range(2)), times


def test_post_for_the_cpu_sees_no_gpu(project: Path, elevenlines: Elevenlines) -> None:
    """The pins of the CPU are those of this machine, or the post would not run at all."""
    (project / "constraints-gpu.txt").replace(project / "constraints.txt")
    post = """\
import torch
print(torch.cuda.is_available())
torch.ones(1, requires_grad=True).sum().backward()
torch.ones(1).cuda()"""
    (project / "posts" / "plain.md").write_text(POST.format(claim=NONE, code=post), "utf-8")
    code, said = elevenlines("run", "-v")
    assert code == 1
    assert "plain | False" in said
    assert "Warning" not in said
    assert "`device: gpu` in the front matter asks for one." in said
