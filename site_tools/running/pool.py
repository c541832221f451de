"""The pool: gives jobs to an engine, a limited number at a time, and sets their limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from site_tools.experiment.plan import Job
from site_tools.model.run import Run
from site_tools.running.engine import Capacity, Engine
from site_tools.running.engines import DEFAULT
from site_tools.running.environment import new_run
from site_tools.running.failures import not_run
from site_tools.running.job_directory import MachineError
from site_tools.running.limits import LEAST_MEMORY, Limits, timeout_of
from site_tools.running.options import Options
from site_tools.running.scheduler import Queue
from site_tools.running.workplace import Workplace, workplace
from site_tools.running.workspace import check_exists

Done = Callable[[Job, Run], Iterable[Job]]
"""Is called when a job ends; returns the jobs that can start because of it."""

Running = dict[asyncio.Task[Run], tuple[Job, str]]
"""The jobs that run, each with its GPU."""


@dataclass(frozen=True, slots=True)
class Pool:
    """An engine, how many jobs it gets at a time, and their limits."""

    name: str
    """Of the engine."""
    engine: Engine
    capacity: Capacity
    timeout: float
    """Seconds that one run may take; 0 for what its post says, or else `DEFAULT_TIMEOUT`."""
    place: Workplace | None = None
    """Where the engine has started; None to start it for each execution."""

    @classmethod
    def of(
        cls,
        engine: Engine,
        options: Options,
        jobs: Sequence[Job],
        place: Workplace | None = None,
    ) -> Pool:
        """Return the pool for these jobs; raises BadProject when the engine cannot run them."""
        name = options.engine or DEFAULT
        return cls(name, engine, engine.host.capacity(jobs), options.timeout, place)

    def execute(
        self, jobs: Sequence[Job], queue: Queue, done: Done, tick: Callable[[], None]
    ) -> None:
        """Run jobs and those that follow from them, in the order of the queue.

        `tick` is called at least once a second.
        """
        with nullcontext(self.place) if self.place else workplace(self.engine) as place:
            place.start(jobs)
            place.run(self._execute(place.folder, jobs, queue, done, tick))

    async def _execute(
        self,
        folder: Path,
        jobs: Sequence[Job],
        queue: Queue,
        done: Done,
        tick: Callable[[], None],
    ) -> None:
        queue.add(jobs)
        running: Running = {}
        try:
            while queue or running:
                self._start_jobs(queue, running)
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

    def _start_jobs(self, queue: Queue, running: Running) -> None:
        """Start as many waiting jobs as may run now."""
        while len(running) < (self.capacity.given or self.capacity.jobs):
            job = queue.take(self.engine.is_ready, [job for job, _ in running.values()])
            if job is None:
                return
            gpu = self._free_gpu(job, {used for _, used in running.values()})
            running[asyncio.create_task(self._run(job, gpu))] = job, gpu

    def _free_gpu(self, job: Job, used: Collection[str]) -> str:
        """Return a GPU that no other job uses; empty for a job on the CPU."""
        gpus = self.capacity.gpus
        return next((gpu for gpu in gpus if job.device == "gpu" and gpu not in used), "")

    async def _run(self, job: Job, gpu: str) -> Run:
        """Run a job; an error of the machine becomes the failure of the run."""
        limits = self._limits(job, gpu)
        try:
            return await self.engine.run(job, limits)
        except MachineError as why:
            return replace(new_run(job), failure=not_run((1, 0), ["OSError"], str(why), limits))

    def _limits(self, job: Job, gpu: str) -> Limits:
        share = self.capacity.memory // self.capacity.jobs
        timeout = timeout_of(job.post, self.timeout)
        return Limits(
            timeout=min(timeout, job.longest or timeout),
            memory=job.post.memory or max(LEAST_MEMORY, share),
            sandbox=self.capacity.layers or (),
            is_asked_for=bool(self.timeout),
            gpu=gpu,
        )
