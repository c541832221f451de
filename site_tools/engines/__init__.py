"""How jobs are run: the pool, and which engine takes which job.

An engine is a module with `async def run(job, timeout) -> Run`: it runs one job in a process of
its own and never raises for what a post does. `jupyter` makes the published run, `plain` the
trials.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from site_tools.engines import jupyter, plain
from site_tools.plan import Job
from site_tools.post import Run

Done = Callable[[Job, Run], Iterable[Job]]
"""Called as each job ends; returns the jobs that can start now because of it."""


def execute(jobs: Sequence[Job], *, workers: int, timeout: float, done: Done) -> None:
    """Run jobs and those that follow from them, `workers` at a time.

    Each may take `timeout` seconds.
    """
    asyncio.run(_execute(jobs, workers, timeout, done))


async def _execute(jobs: Sequence[Job], workers: int, timeout: float, done: Done) -> None:  # noqa: ASYNC109
    waiting = list(jobs)
    running: dict[asyncio.Task[Run], Job] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                job = waiting.pop(0)
                engine = jupyter if job.condition.kind == "published" else plain
                running[asyncio.create_task(engine.run(job, timeout))] = job
            ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                waiting += done(running.pop(task), task.result())
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
