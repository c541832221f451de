"""Runs each job on a worker of a Dask cluster: one machine or many, a GPU here and there.

Dask decides which worker runs a job, and gives it to another one when a worker is lost. What a
worker does with it is in `cluster_worker`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Any, Self

from distributed import Client, KilledWorker
from distributed.client import FutureCancelledError
from distributed.comm.core import CommClosedError
from distributed.core import rpc
from distributed.security import Security

from site_tools.experiment.plan import Job
from site_tools.model.errors import BadProject
from site_tools.model.run import Failure, Run
from site_tools.model.text import abridged
from site_tools.running.cluster_worker import (
    NAME,
    ClusterWorker,
    Order,
    Refused,
    Versions,
    differences,
    run_job,
    versions_here,
)
from site_tools.running.environment import new_run
from site_tools.running.job_directory import PrintListener
from site_tools.running.limits import Limits

CONNECT_SECONDS = 20.0
"""How long a scheduler may take to answer."""

RETURN_SECONDS = 60.0
"""How long a scheduler, or all workers, may be away during a session."""

CHECK_SECONDS = 2.0
"""Interval at which the workers are looked up while jobs run."""

LONGEST_REASON = 200
"""Characters of an error that are quoted."""

ATTEMPTS = 2
"""How often a job is given to the cluster when it seems to kill workers: the second time alone."""

GPU = "GPU"
"""The resource that a worker offers: `dask worker ADDRESS --resources GPU=1`."""

Workers = Mapping[str, Any]
"""What a scheduler says of its workers, by address."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a cluster had when the session began."""

    address: str
    threads: int
    gpus: int

    def engine(self, order: Order, on_print: PrintListener | None) -> Engine:
        """Return an engine that runs jobs there."""
        return Engine(self.address, order, on_print)


def order_of(jobs: Sequence[Job], sandbox: str) -> Order:
    """Return what to ask of each worker, for the first job of each post."""
    own = versions_here(())
    versions: dict[str, dict[str, str]] = {}
    for job in jobs:
        versions.setdefault(job.device, dict(own)).update(job.depends["versions"])
    return Order(jobs, sandbox, versions)


def find_cluster(address: str, order: Order) -> Cluster:
    """Look a cluster up, and wait until it has a worker.

    Raises BadProject when there is none at this address, or when a worker cannot run the posts.
    """
    return asyncio.run(_find(address, order))


async def _find(address: str, order: Order) -> Cluster:
    async with _connected(address) as client:
        workers = await _awaited_workers(client, address)
        for worker, found in (await _versions(client, order)).items():
            _check(address, worker, _wanted(order, workers.get(worker, {})), found)
        threads = sum(int(worker["nthreads"]) for worker in workers.values())
        return Cluster(address, threads, int(sum(_gpus(one) for one in workers.values())))


def _gpus(worker: Mapping[str, Any]) -> float:
    return float(worker.get("resources", {}).get(GPU, 0))


def _wanted(order: Order, worker: Mapping[str, Any]) -> Versions:
    devices = ["cpu", *(["gpu"] if _gpus(worker) else [])]
    wanted: dict[str, str] = {}
    for device in devices:
        wanted |= order.versions.get(device, {})
    return wanted


def _check(address: str, worker: str, wanted: Versions, found: Any) -> None:
    """Raise BadProject for a worker with other versions than the posts need."""
    if isinstance(found, BaseException):
        different = f"cannot run posts: {_reason(found)}"
    else:
        different = differences(wanted, found)
    if different:
        what = f"{address}: the worker {worker} {different}."
        remedy = "Install the same there: this elevenlines, and the packages of constraints.txt."
        raise BadProject(f"{what} {remedy}")


async def _versions(client: Client, order: Order) -> Mapping[str, Any]:
    names = {name for versions in order.versions.values() for name in versions}
    names -= set(versions_here(()))
    found: Mapping[str, Any] = await client.run(versions_here, sorted(names), on_error="return")
    return found


async def _workers(client: Client) -> Workers:
    """Return the workers; none when the scheduler does not answer."""
    if client.scheduler is None:
        return {}
    with suppress(OSError, CommClosedError, asyncio.TimeoutError):
        found: Workers = (await client.scheduler.identity(n_workers=-1))["workers"]
        return found
    return {}


async def _awaited_workers(client: Client, address: str) -> Workers:
    """Return the workers as soon as there is one; raises BadProject when none comes."""
    end = time.monotonic() + RETURN_SECONDS
    while not (workers := await _workers(client)):
        if time.monotonic() > end:
            what = f"{address}: this scheduler has no worker."
            raise BadProject(f"{what} Start one: `dask worker {address} --nthreads 1`.")
        await asyncio.sleep(0.2)
    return workers


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[Client]:
    """Connect to a scheduler; raises BadProject when there is none at this address."""
    client = await _connect(address, CONNECT_SECONDS)
    try:
        yield client
    finally:
        await client.close()


async def _connect(address: str, seconds: float) -> Client:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say what happens
    try:
        async with asyncio.timeout(seconds):
            await _check_scheduler(address, seconds)
    except Exception as error:  # noqa: BLE001  whatever answers there
        what = f"{address}: no Dask scheduler answers there: {_reason(error)}."
        remedy = "Give the address that `dask scheduler` prints, such as tcp://10.0.0.1:8786."
        raise BadProject(f"{what} {remedy}") from None
    client = Client(address, asynchronous=True, set_as_default=False)
    await client
    return client


async def _check_scheduler(address: str, seconds: float) -> None:
    """Raise an error unless a scheduler answers; a client would leave tasks behind."""
    arguments = Security().get_connection_args("client")
    async with rpc(address, timeout=seconds, connection_args=arguments) as there:
        identity = await there.identity()
    if identity["type"] != "Scheduler":
        raise ValueError(f"it is a {identity['type'].lower()}")


def _reason(error: BaseException) -> str:
    text = next(iter(str(error).strip().splitlines()), "")
    text = text or ("nothing answers" if isinstance(error, TimeoutError) else type(error).__name__)
    return abridged(text.rstrip("."), LONGEST_REASON)


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

    def __init__(self, address: str, order: Order, on_print: PrintListener | None) -> None:
        self.address, self.order, self.on_print = address, order, on_print
        self.client: Client
        self.returning, self.suspects = asyncio.Lock(), asyncio.Lock()
        self.workers: Workers = {}
        self.had_gpu = False
        self.looked_up = self.seen = 0.0
        """When the workers were looked up last, and when there was one last."""

    async def __aenter__(self) -> Self:
        await self._open(CONNECT_SECONDS)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.client.status == "running":
            with suppress(Exception):
                async with asyncio.timeout(CONNECT_SECONDS):
                    await self.client.unregister_worker_plugin(NAME)
        await self.client.close()

    async def _open(self, seconds: float) -> None:
        self.client = await _connect(self.address, seconds)
        await self.client.register_plugin(ClusterWorker(self.order), name=NAME)
        self.workers = await _workers(self.client)
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
        future = client.submit(run_job, job, limits, pure=False, resources=resources)
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
            self.workers = await _workers(self.client)
        if self.workers:
            self.seen = now
        elif now - self.seen > RETURN_SECONDS and self.client.status == "running":
            what = f"{self.address}: this scheduler has had no worker for {RETURN_SECONDS:g} s."
            raise BadProject(f"{what} Start some, and run again: what has ended is stored.")
        has_gpu = any(map(_gpus, self.workers.values()))
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
