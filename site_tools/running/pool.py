"""The pool: gives jobs to engines, a limited number at a time.

An engine runs each job in a process of its own, and never raises because of what a post does.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

from site_tools.experiment.plan import Job
from site_tools.model.run import Run
from site_tools.running.environment import new_run
from site_tools.running.failures import not_run
from site_tools.running.job_directory import MachineError, PrintListener
from site_tools.running.limits import Limits, timeout_of
from site_tools.running.scheduler import Queue
from site_tools.running.workspace import check_exists, workshop
from site_tools.sandbox import supervision

ENGINES = {"warm": "fork_engine", "fresh": "spawn_engine", "jupyter": "jupyter_engine"}
"""Modules of this package with a class `Engine`, by the value of `--engine`."""

DEFAULT = "warm" if supervision.LINUX else "jupyter"
"""The fastest safe engine: on macOS a process that has loaded Apple's libraries cannot fork."""

LEAST_MEMORY = 2**30
"""Bytes that every run may use, even on a small machine."""

Done = Callable[[Job, Run], Iterable[Job]]
"""Is called when a job ends; returns the jobs that can start because of it."""


class Engine(Protocol):
    """A way to run jobs.

    Its class is called with a folder, the first job of each post, a listener for printed text or
    None, and the layers of confinement.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    def is_ready(self, job: Job) -> bool:
        """Return whether a job would start immediately."""

    async def run(self, job: Job, limits: Limits) -> Run:
        """Run one job."""


@dataclass(frozen=True, slots=True)
class LocalEngines:
    """The engines of one machine."""

    engine: str
    """One of ENGINES."""
    layers: Sequence[str]
    on_print: PrintListener | None = None

    async def open(
        self, stack: AsyncExitStack, folder: Path, jobs: Sequence[Job]
    ) -> dict[str, Engine]:
        """Start one for each device of these jobs; a stock kernel knows nothing of GPUs."""
        engines: dict[str, Engine] = {}
        for device in sorted({job.device for job in jobs}):
            name = "fresh" if device == "gpu" and self.engine == "jupyter" else self.engine
            kind = importlib.import_module(f"site_tools.running.{ENGINES[name]}").Engine
            own = folder / device
            own.mkdir()
            jobs_of_device = [job for job in jobs if job.device == device]
            engines[device] = await stack.enter_async_context(
                kind(own, jobs_of_device, self.on_print, self.layers)
            )
        return engines


@dataclass(frozen=True, slots=True)
class Pool:
    """The number of jobs at a time, their engine and their limits."""

    engine: str
    """One of ENGINES."""
    workers: int
    timeout: float
    """Seconds that one run may take; 0 for what its post says, or else `DEFAULT_TIMEOUT`."""
    sandbox: Sequence[str]
    """The layers that confine each job, of `confinement.LAYERS`; empty for resource limits only."""
    memory: int
    """Bytes that all running jobs may use together."""
    on_print: PrintListener | None = None
    gpus: Sequence[str] = ()
    """The GPUs; each has one job at a time."""
    cluster: Callable[[PrintListener | None], Engine] | None = None
    """Opens the engine of a cluster, in place of those of this machine."""
    place: str = ""
    """The address of the cluster."""
    at_once: int = 0
    """How many jobs a cluster executes at once; the others wait there."""

    def execute(
        self, jobs: Sequence[Job], queue: Queue, done: Done, tick: Callable[[], None]
    ) -> None:
        """Run jobs and those that follow from them, in the order of the queue.

        `tick` is called at least once a second. Orphans of jobs become children of this process,
        so that it can kill them in the end.
        """
        ours = supervision.children()
        supervision.adopt_orphans()
        try:
            asyncio.run(self._execute(jobs, queue, done, tick))
        finally:
            supervision.sweep(ours)
            supervision.adopt_orphans(False)  # noqa: FBT003

    async def _execute(
        self, jobs: Sequence[Job], queue: Queue, done: Done, tick: Callable[[], None]
    ) -> None:
        queue.add(jobs)
        running: dict[asyncio.Task[Run], tuple[Job, str]] = {}
        with workshop() as folder:
            async with AsyncExitStack() as stack:
                engines = await self._open(stack, folder, jobs)
                try:
                    while queue or running:
                        while len(running) < self.workers:
                            job = queue.take(
                                lambda job: engines[job.device].is_ready(job),
                                [job for job, _ in running.values()],
                            )
                            if job is None:
                                break
                            gpu = self._free_gpu(job, {used for _, used in running.values()})
                            work = self._run(engines[job.device], job, gpu)
                            running[asyncio.create_task(work)] = job, gpu
                        ended, _ = await asyncio.wait(
                            running, timeout=1, return_when=asyncio.FIRST_COMPLETED
                        )
                        tick()
                        for task in ended:
                            if (failure := task.result().failure) and not failure.repeatable:
                                check_exists(folder)
                            queue.add(done(running.pop(task)[0], task.result()))
                finally:
                    for task in running:
                        task.cancel()
                    await asyncio.gather(*running, return_exceptions=True)

    def _free_gpu(self, job: Job, used: Collection[str]) -> str:
        """Return a GPU that no other job uses; empty for a job on the CPU."""
        return next((gpu for gpu in self.gpus if job.device == "gpu" and gpu not in used), "")

    async def _open(
        self, stack: AsyncExitStack, folder: Path, jobs: Sequence[Job]
    ) -> Mapping[str, Engine]:
        if self.cluster is None:
            local = LocalEngines(self.engine, self.sandbox, self.on_print)
            return await local.open(stack, folder, jobs)
        engine = await stack.enter_async_context(self.cluster(self.on_print))
        return {job.device: engine for job in jobs}

    async def _run(self, engine: Engine, job: Job, gpu: str) -> Run:
        """Run a job; an error of the machine becomes the failure of the run."""
        limits = self._limits(job, gpu)
        try:
            return await engine.run(job, limits)
        except MachineError as why:
            return replace(new_run(job), failure=not_run((1, 0), ["OSError"], str(why), limits))

    def _limits(self, job: Job, gpu: str) -> Limits:
        memory = job.post.memory or max(LEAST_MEMORY, self.memory // self.workers)
        timeout = timeout_of(job.post, self.timeout)
        timeout = min(timeout, job.longest or timeout)
        return Limits(timeout, memory, self.sandbox, is_asked_for=bool(self.timeout), gpu=gpu)
