"""Find a Dask cluster, and check that its workers can run the posts."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from distributed import Client
from distributed.comm.core import CommClosedError
from distributed.core import rpc
from distributed.security import Security

from site_tools.experiment.plan import Job
from site_tools.model.errors import BadProject
from site_tools.model.text import abridged
from site_tools.running.cluster_worker import Order, Versions, differences, versions_here
from site_tools.running.engine import Capacity
from site_tools.running.options import Options
from site_tools.sandbox.interrupts import interrupts_cancel_tasks

CONNECT_SECONDS = 20.0
"""How long a scheduler may take to answer."""

RETURN_SECONDS = 60.0
"""How long a scheduler, or all workers, may be away."""

LONGEST_REASON = 200
"""Characters of an error that are quoted."""

MOST_WAITING = 100
"""Jobs that a cluster gets at once, so that it can see that it needs more workers."""

GPU = "GPU"
"""The resource that a worker offers: `dask worker ADDRESS --resources GPU=1`."""

Workers = Mapping[str, Any]
"""What a scheduler says of its workers, by address."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster as the host of an engine."""

    options: Options

    @property
    def address(self) -> str:
        """Return the address of its scheduler."""
        return self.options.scheduler

    def order(self, jobs: Iterable[Job]) -> Order:
        """Return what to ask of each worker, for jobs of these posts."""
        first: dict[tuple[str, str], Job] = {}
        versions: dict[str, dict[str, str]] = {}
        for job in jobs:
            first.setdefault((job.post.file, job.device), job)
            wanted = versions.setdefault(job.device, versions_here(()))
            wanted.update(job.depends["versions"])
        return Order([*first.values()], self.options.sandbox, versions)

    def lacks(self, _job: Job) -> None:
        """Return None: workers come and go, so only a run can tell what is missing."""

    def capacity(self, jobs: Sequence[Job]) -> Capacity:
        """Wait until there is a worker, and return what all of them can run at once.

        Raises BadProject when there is no cluster at the address, or when a worker cannot run these
        jobs.
        """
        with interrupts_cancel_tasks():
            workers = asyncio.run(_checked_workers(self.address, self.order(jobs)))
        threads = sum(int(worker["nthreads"]) for worker in workers.values())
        gpus = int(sum(gpus_of(worker) for worker in workers.values()))
        return Capacity(
            jobs=threads,
            memory=sys.maxsize,  # each worker decides
            layers=None,
            gpus=[str(number) for number in range(max(gpus, 1))],
            place=self.address,
            given=self.options.jobs or max(MOST_WAITING, 2 * threads),
        )


async def _checked_workers(address: str, order: Order) -> Workers:
    async with _connected(address) as client:
        workers = await _awaited_workers(client, address)
        for worker, found in (await _versions(client, order)).items():
            _check(address, worker, _wanted(order, workers.get(worker, {})), found)
        return workers


def gpus_of(worker: Mapping[str, Any]) -> float:
    """Return how many GPUs a worker offers."""
    return float(worker.get("resources", {}).get(GPU, 0))


def _wanted(order: Order, worker: Mapping[str, Any]) -> Versions:
    devices = ["cpu", *(["gpu"] if gpus_of(worker) else [])]
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


async def workers_of(client: Client) -> Workers:
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
    while not (workers := await workers_of(client)):
        if time.monotonic() > end:
            what = f"{address}: this scheduler has no worker."
            raise BadProject(f"{what} Start one: `dask worker {address} --nthreads 1`.")
        await asyncio.sleep(0.2)
    return workers


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[Client]:
    """Connect to a scheduler; raises BadProject when there is none at this address."""
    client = await connect(address, CONNECT_SECONDS)
    try:
        yield client
    finally:
        await client.close()


async def connect(address: str, seconds: float) -> Client:
    """Return a connection to a scheduler; raises BadProject when there is none in time."""
    for name in ("distributed", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # we say what happens
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
