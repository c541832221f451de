"""Cost of sharing: `python -m benchmarks.cluster` prints what a cluster and an import take.

Three local workers with one thread each are compared with the engine of one machine and three jobs,
on the same runs, in alternation.
"""

from __future__ import annotations

import asyncio
import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from site_tools.experiment.plan import Job
from site_tools.experiment.run_archive import export, import_runs
from site_tools.experiment.run_cache import Store
from site_tools.experiment.signatures import Signers
from site_tools.model.run import Run
from site_tools.project import Project, read_posts
from site_tools.running.dask_engine import find_cluster, order_of
from site_tools.running.limits import DEFAULT_TIMEOUT, Limits
from site_tools.running.pool import LEAST_MEMORY
from tests.support.clusters import cluster
from tests.support.posts import write, write_learning
from tests.support.projects import make_project
from tests.support.runs import a_run

WORKERS, POSTS, ROUNDS, EMPTY_JOBS = 3, 6, 3, 100

RUNS = 10_000


def main() -> None:
    """Measure, and print a line for each number."""
    with tempfile.TemporaryDirectory(prefix="cluster-") as name:
        folder = Path(name)
        _import(folder)
        with cluster(folder, [[]] * WORKERS) as started:
            _overhead(make_project(folder / "empty"), started.address)
            _walls(make_project(folder / "posts"), started.address)


def _import(folder: Path) -> None:
    """Print how long many runs take to import."""
    store = Store(folder / "from")
    keys = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(RUNS)]
    for number, key in enumerate(keys):
        store.save(key, a_run(float(number)))
    export(store, {key: {} for key in keys}, folder / "runs.tar.gz", {})
    began = time.perf_counter()
    import_runs(Store(folder / "to"), folder / "runs.tar.gz", Signers())
    print(f"import of {RUNS:,} runs: {time.perf_counter() - began:.1f} s (goal: at most 10 s)")


def _overhead(project: Path, address: str) -> None:
    """Print how much longer a job takes on a cluster than with the engine of one machine."""
    write(project, "empty", "a = 1")
    found = Project(project)
    (experiment,) = found.experiments(read_posts(found).posts)
    jobs = [experiment.jobs[0]] * EMPTY_JOBS
    there = asyncio.run(_on_cluster(address, jobs))
    here = asyncio.run(_on_this_machine(project, jobs))
    milliseconds = 1000 * (there - here)
    print(f"a job more on a cluster: {milliseconds:.1f} ms (goal: at most 30 ms)")


async def _on_cluster(address: str, jobs: Sequence[Job]) -> float:
    order = order_of(jobs[:1], "auto")
    found = await asyncio.to_thread(find_cluster, address, order)
    limits = Limits(DEFAULT_TIMEOUT, LEAST_MEMORY, ())
    async with found.engine(order, None) as engine:
        await asyncio.gather(*[engine.run(jobs[0], limits) for _ in range(2 * WORKERS)])
        return await _median(lambda job: engine.run(job, limits), jobs)


async def _on_this_machine(project: Path, jobs: Sequence[Job]) -> float:
    from site_tools.running.fork_engine import Engine  # noqa: PLC0415
    from site_tools.sandbox import confinement  # noqa: PLC0415

    layers = confinement.active()
    limits = replace(Limits(DEFAULT_TIMEOUT, LEAST_MEMORY, ()), sandbox=layers)
    workshop = project / "workshop"
    workshop.mkdir()
    async with Engine(workshop, jobs, None, layers) as engine:
        await engine.run(jobs[0], limits)
        return await _median(lambda job: engine.run(job, limits), jobs)


async def _median(run: Callable[[Job], Awaitable[Run]], jobs: Sequence[Job]) -> float:
    """Return the median seconds of a job, one after another."""
    seconds = []
    for job in jobs:
        began = time.perf_counter()
        await run(job)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _walls(project: Path, address: str) -> None:
    """Print the wall time of posts on a cluster, as a multiple of that on one machine."""
    for number in range(POSTS):
        write_learning(project, f"post-{number}", f"import numpy\na = {number / 10}")
    here, there = [], []
    for _ in range(ROUNDS):
        here.append(_seconds(project, "--jobs", str(WORKERS)))
        there.append(_seconds(project, "--scheduler", address))
    ratio = statistics.median(there) / statistics.median(here)
    print(
        f"{POSTS} posts on {WORKERS} workers: {statistics.median(there):.1f} s, on one machine "
        f"{statistics.median(here):.1f} s: {ratio:.2f} times (goal: at most 1.1)"
    )


def _seconds(project: Path, *options: str) -> float:
    store = Project(project).store
    store.drop(store.stored())
    began = time.perf_counter()
    command = [sys.executable, "-m", "site_tools", "run", "-v", *options]
    subprocess.run(command, cwd=project, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
