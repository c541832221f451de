"""Cost of sharing: `python -m benchmarks.cluster` prints what a cluster and an import take.

Three local workers with one thread each are compared with the engine of one machine and three jobs,
on the same runs, in alternation: on posts that take a moment, where the start of the workers'
engines is nearly all, and on the twelve posts of the other benchmarks.
"""

from __future__ import annotations

import asyncio
import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.corpus import PROGRAMS, write_corpus
from site_tools.experiment.plan import Job
from site_tools.experiment.run_archive import export, import_runs
from site_tools.experiment.run_cache import Store
from site_tools.experiment.signatures import Signers
from site_tools.project import Project, read_posts
from site_tools.running.engines import new_engine
from site_tools.running.limits import DEFAULT_TIMEOUT, LEAST_MEMORY, Limits
from site_tools.running.options import Options
from site_tools.running.workspace import workshop
from site_tools.sandbox import confinement
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
            short = make_project(folder / "short")
            for number in range(POSTS):
                write_learning(short, f"post-{number}", f"import numpy\na = {number / 10}")
            _walls(short, started.address, f"{POSTS} posts of a moment", ROUNDS)
            write_corpus(folder / "real", claimed=True)
            _walls(folder / "real", started.address, f"{len(PROGRAMS)} posts that train", 1)


def _import(folder: Path) -> None:
    """Print how long many runs take to import."""
    store = Store(folder / "from")
    keys = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(RUNS)]
    for number, key in enumerate(keys):
        store.save(key, a_run(float(number)))
    export(store, {key: {} for key in keys}, folder / "runs.tar.gz", {})
    began, worked = time.perf_counter(), time.process_time()
    import_runs(Store(folder / "to"), folder / "runs.tar.gz", Signers())
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    print(f"import of {RUNS:,} runs: {seconds:.1f} s, {cpu:.1f} CPU s (goal: at most 10 s)")


def _overhead(project: Path, address: str) -> None:
    """Print how much longer a job takes on a cluster than with the engine of one machine."""
    write(project, "empty", "a = 1")
    found = Project(project)
    (experiment,) = found.experiments(read_posts(found).posts)
    jobs = [experiment.jobs[0]] * EMPTY_JOBS
    there = asyncio.run(_median(Options(engine="dask", scheduler=address), jobs, 2 * WORKERS))
    here = asyncio.run(_median(Options(), jobs))
    milliseconds = 1000 * (there - here)
    print(f"a job more on a cluster: {milliseconds:.1f} ms (goal: at most 30 ms)")


async def _median(options: Options, jobs: Sequence[Job], first: int = 1) -> float:
    """Return the median seconds of a job, one after another; the first ones do not count."""
    engine = new_engine(options)
    await asyncio.to_thread(engine.host.capacity, jobs[:1])  # waits for the workers of a cluster
    layers = confinement.active()
    limits = Limits(DEFAULT_TIMEOUT, LEAST_MEMORY, layers)
    seconds = []
    with workshop() as folder:
        try:
            await engine.start(folder, jobs[:1])
            await asyncio.gather(*[engine.run(jobs[0], limits) for _ in range(first)])
            for job in jobs:
                began = time.perf_counter()
                await engine.run(job, limits)
                seconds.append(time.perf_counter() - began)
        finally:
            await engine.close()
    return statistics.median(seconds)


def _walls(project: Path, address: str, what: str, rounds: int) -> None:
    """Print the wall time of posts on a cluster, as a multiple of that on one machine."""
    here, there = [], []
    for _ in range(rounds):
        here.append(_seconds(project, "--jobs", str(WORKERS)))
        there.append(_seconds(project, "--scheduler", address))
    ratio = statistics.median(there) / statistics.median(here)
    print(
        f"{what} on {WORKERS} workers: {statistics.median(there):.1f} s, on one machine "
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
