"""Runs each job on a worker of a Dask cluster: one machine or many, a GPU here and there.

Dask decides which worker runs a job, and gives it to another one when a worker is lost. What a
worker does with it is in `cluster_worker`.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from distributed import Client, KilledWorker
from distributed.client import FutureCancelledError

from site_tools.experiment.plan import Job
from site_tools.model.errors import BadProject
from site_tools.model.run import Failure, Run
from site_tools.running.cluster import (
    CONNECT_SECONDS,
    GPU,
    RETURN_SECONDS,
    Cluster,
    Workers,
    connect,
    gpus_of,
    workers_of,
)
from site_tools.running.cluster_worker import ClusterWorker, Order, Refused, run_job
from site_tools.running.environment import new_run
from site_tools.running.job_directory import PrintListener
from site_tools.running.limits import Limits
from site_tools.running.options import Options

CHECK_SECONDS = 2.0
"""Interval at which the workers are looked up while jobs run."""

ATTEMPTS = 2
"""How often a job is given to the cluster when it seems to kill workers: the second time alone."""


class _Gone(Exception):
    """The scheduler is gone, and all that it knew."""


async def _result(future: Any) -> Run:
    """Return the result of a job; raises _Gone, because a task takes a cancellation for its own."""
    try:
        run: Run = await future._result()  # noqa: SLF001
    except FutureCancelledError:
        raise _Gone from None
    return run


class Engine:
    """Gives jobs to a cluster, and again when its scheduler was away."""

    def __init__(self, options: Options, on_print: PrintListener | None) -> None:
        self.host, self.on_print = Cluster(options), on_print
        self.address = self.host.address
        self.session = f"elevenlines-{uuid.uuid4().hex}"
        """The name of its plugin: each session has its own engine in each worker."""
        self.order: Order
        self.client: Client
        self.opened = AsyncExitStack()
        self.returning, self.suspects = asyncio.Lock(), asyncio.Lock()
        self.workers: Workers = {}
        self.had_gpu = False
        self.looked_up = self.seen = 0.0
        """When the workers were looked up last, and when there was one last."""

    async def start(self, _folder: Path, jobs: Sequence[Job]) -> None:
        """Connect to the scheduler, and have each worker prepare for the posts of these jobs."""
        self.order = self.host.order(jobs)
        await self._open(CONNECT_SECONDS)
        self.opened.push_async_callback(self._leave)

    async def close(self) -> None:
        """End the engines of the workers, and the connection."""
        await self.opened.aclose()

    async def _leave(self) -> None:
        if self.client.status == "running":
            with suppress(Exception):
                async with asyncio.timeout(CONNECT_SECONDS):
                    await self.client.unregister_worker_plugin(self.session)
        await self.client.close()

    async def _open(self, seconds: float) -> None:
        self.client = await connect(self.address, seconds)
        await self.client.register_plugin(ClusterWorker(self.session, self.order))
        self.workers = await workers_of(self.client)
        self.seen = self.looked_up = time.monotonic()

    def is_ready(self, _job: Job) -> bool:
        """Return whether a job would start at once; the scheduler decides that."""
        return True

    async def run(self, job: Job, limits: Limits) -> Run:
        """Run a job on a worker.

        Raises BadProject when the cluster is gone, or has workers that cannot run posts.
        """
        for attempt in range(ATTEMPTS):
            # A worker may be lost with several jobs, and only one of them is the cause.
            async with self.suspects if attempt else nullcontext():
                with suppress(KilledWorker):
                    run = await self._until_done(job, limits)
                    self._print(job, run)
                    return run
        what = f"not run: each of {ATTEMPTS} times it was given to {self.address}, several workers "
        what += "were killed while they ran this post."
        remedy = "Run it on one machine, and see what it needs: memory, or a worker that it ends."
        return _failed(job, what, remedy)

    async def _until_done(self, job: Job, limits: Limits) -> Run:
        while True:
            client = self.client
            try:
                return await self._attempt(client, job, limits)
            except _Gone:
                await self._reconnect(client)
            except Refused as why:
                raise BadProject(f"{self.address}: {why} Install the same there.") from None

    async def _attempt(self, client: Client, job: Job, limits: Limits) -> Run:
        if not await self._is_satisfiable(job) and not self.had_gpu:
            return self._without_gpu(job)
        resources = {GPU: 1} if job.device == "gpu" else None
        future = client.submit(run_job, self.session, job, limits, pure=False, resources=resources)
        result = asyncio.create_task(_result(future))
        satisfiable = time.monotonic()
        try:
            while True:
                await asyncio.wait([result], timeout=CHECK_SECONDS)
                if result.done():
                    return result.result()
                if await self._is_satisfiable(job):
                    satisfiable = time.monotonic()
                elif time.monotonic() - satisfiable > RETURN_SECONDS:
                    return self._without_gpu(job)
        finally:
            result.cancel()
            future.release()

    async def _is_satisfiable(self, job: Job) -> bool:
        """Return whether a worker offers what a job needs; raises BadProject without any worker."""
        now = time.monotonic()
        if now - self.looked_up > CHECK_SECONDS:
            self.looked_up = now
            self.workers = await workers_of(self.client)
        if self.workers:
            self.seen = now
        elif now - self.seen > RETURN_SECONDS and self.client.status == "running":
            what = f"{self.address}: this scheduler has had no worker for {RETURN_SECONDS:g} s."
            raise BadProject(f"{what} Start some, and run again: what has ended is stored.")
        has_gpu = any(map(gpus_of, self.workers.values()))
        self.had_gpu |= has_gpu
        return job.device != "gpu" or has_gpu

    def _without_gpu(self, job: Job) -> Run:
        what = f"this post needs a GPU, and no worker of {self.address} offers one."
        remedy = f"Start one where a GPU is: `dask worker {self.address} --resources GPU=1`."
        return _failed(job, what, remedy)

    async def _reconnect(self, lost: Client) -> None:
        """Connect again when the scheduler comes back; raises BadProject when it does not."""
        async with self.returning:
            if self.client is not lost:
                return
            await lost.close()
            try:
                await self._open(RETURN_SECONDS)
            except BadProject:
                what = f"{self.address}: the scheduler went away, and did not come back within "
                remedy = "Run again when it is there: what has ended is stored."
                raise BadProject(f"{what}{RETURN_SECONDS:g} s. {remedy}") from None

    def _print(self, job: Job, run: Run) -> None:
        """Pass on what a published run printed; it comes when the run has ended."""
        if self.on_print and job.condition.kind == "published":
            texts = [
                output["text"] for cell in run.outputs for output in cell
                if output["output_type"] == "stream"
            ]  # fmt: skip
            self.on_print(job, "".join("".join(text) for text in texts))


def _failed(job: Job, what: str, remedy: str) -> Run:
    return replace(new_run(job), failure=Failure(1, 0, what, remedy, repeatable=False))
