"""What a worker of a Dask cluster does: it keeps an engine of its own, and runs a job with it.

The same code runs a post there as on one machine: the worker only starts the confined process, in
a subprocess, so a post that crashes takes no worker with it. This module is imported on the
workers; what it gets from the cluster is as trusted as the cluster.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker

import site_tools
from site_tools.experiment.cache_key import RUNNER_VERSION
from site_tools.experiment.plan import Job
from site_tools.model.run import Failure, Run
from site_tools.running import gpus
from site_tools.running.engine import Engine
from site_tools.running.engines import new_engine
from site_tools.running.environment import new_run
from site_tools.running.limits import LEAST_MEMORY, Limits, free_memory
from site_tools.running.options import Options
from site_tools.running.workspace import workshop
from site_tools.sandbox import confinement

IDLE_SECONDS = 120.0
"""After so long without a job the engine ends: a session that was killed leaves nothing behind."""

Versions = Mapping[str, str]
"""What must be the same on all machines, by name."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a session asks of each worker."""

    jobs: Sequence[Job]
    """The first job of each post."""
    sandbox: str
    """`auto`, `require` or `off`."""
    versions: Mapping[str, Versions]
    """What the posts need, by device."""


class Refused(Exception):
    """A worker that cannot run the posts; its text says why."""


class Ended(Exception):
    """The session of a job has ended."""


def versions_here(packages: Iterable[str]) -> dict[str, str]:
    """Return the versions of Python, this program and packages; `none` for a missing one."""
    found = {"Python": "{}.{}".format(*sys.version_info[:2]), "elevenlines": _own_version()}
    for name in sorted({*packages} - {*found}):
        try:
            found[name] = metadata.version(name).partition("+")[0]
        except metadata.PackageNotFoundError:
            found[name] = "none"
    return found


@cache
def _own_version() -> str:
    """Return what identifies the state of this program: a version, and a hash of the code."""
    folder = Path(site_tools.__file__).parent
    code = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        code.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return f"{RUNNER_VERSION}-{code.hexdigest()[:8]}"


def differences(wanted: Versions, found: Versions) -> str:
    """Return what a machine has and what the posts need; empty when they are the same."""
    names = [name for name in wanted if found.get(name, "none") != wanted[name]]
    if not names:
        return ""
    has = ", ".join(f"{name} {found.get(name, 'none')}" for name in names)
    needs = ", ".join(f"{name} {wanted[name]}" for name in names)
    return f"has {has}; the posts need {needs}"


class ClusterWorker(WorkerPlugin):
    """The engine of one worker, for one session; `name` is that of the session."""

    def __init__(self, name: str, order: Order) -> None:
        self.name, self.order = name, order
        self.refusals: dict[str, str] = {}
        """Why it can run no job of a device."""
        self.gpus: gpus.Gpus | None = None
        self.free_gpus: list[str] = []
        self.layers: list[str] = []
        self.engine: Engine | None = None

    async def setup(self, worker: Worker) -> None:
        """Check this worker; it must not raise, because that would end the worker."""
        self.worker, self.stack, self.starting = worker, AsyncExitStack(), asyncio.Lock()
        self.running: set[asyncio.Task[Run]] = set()
        self.idle = asyncio.get_running_loop().call_later(0, lambda: None)
        for device, wanted in self.order.versions.items():
            if different := differences(wanted, versions_here(wanted)):
                self.refusals[device] = f"{different}."
        self.layers = [] if self.order.sandbox == "off" else confinement.active()
        missing = [layer for layer in confinement.LAYERS if layer not in self.layers]
        if missing and self.order.sandbox == "require":
            why = f"cannot confine posts: {', '.join(missing)}."
            self.refusals = dict.fromkeys(self.order.versions, why)

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002
        """End the jobs, then the engine and its processes."""
        self.idle.cancel()
        for task in self.running:  # an engine gives a job to a new server when it loses one
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
        await self._close()

    async def run(self, job: Job, limits: Limits) -> Run:
        """Run a job.

        Raises Refused on a worker with other versions, and Ended when the session ends meanwhile.
        """
        if why := self.refusals.get(job.device):
            raise Refused(f"the worker {self.worker.address} {why}")
        memory = job.post.memory or self._memory()
        own = replace(limits, memory=memory, sandbox=self.layers, gpu="")
        self.idle.cancel()
        task = asyncio.create_task(self._run(job, own))
        self.running.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if task.cancelled():
                raise Ended from None
            raise
        finally:
            self.running.discard(task)
            if not self.running:
                loop = asyncio.get_running_loop()
                self.idle = loop.call_later(IDLE_SECONDS, self._end_if_idle)

    async def _run(self, job: Job, limits: Limits) -> Run:
        engine = await self._started()
        if job.device == "gpu":
            return await self._run_on_gpu(engine, job, limits)
        return await engine.run(job, limits)

    async def _started(self) -> Engine:
        """Return the engine; start it first if there is none."""
        async with self.starting:
            if self.engine is None:
                engine = new_engine(Options(sandbox="auto" if self.layers else "off"))
                folder = self.stack.enter_context(workshop())
                self.stack.push_async_callback(engine.close)
                await engine.start(folder, self.order.jobs)
                self.engine = engine
        return self.engine

    async def _run_on_gpu(self, engine: Engine, job: Job, limits: Limits) -> Run:
        """Run a job on a GPU that no other job of this worker uses."""
        async with self.starting:
            if self.gpus is None:
                self.gpus = await asyncio.to_thread(gpus.find)
                self.free_gpus = [*self.gpus.names]
        if missing := self.gpus.missing:
            what = f"the worker {self.worker.address} offers a GPU: {missing.what}"
            failure = Failure(1, 0, what, missing.remedy, repeatable=False)
            return replace(new_run(job), failure=failure)
        gpu = self.free_gpus.pop(0) if self.free_gpus else self.gpus.names[0]
        try:
            return await engine.run(job, replace(limits, gpu=gpu))
        finally:
            self.free_gpus.append(gpu)

    def _memory(self) -> int:
        """Return how many bytes a run may use: a thread's part of the worker's memory."""
        most = self.worker.memory_manager.memory_limit or free_memory()
        return max(LEAST_MEMORY, int(min(most, free_memory()) // self.worker.state.nthreads))

    def _end_if_idle(self) -> None:
        if not self.running:
            self.closing = asyncio.ensure_future(self._close())

    async def _close(self) -> None:
        async with self.starting:
            self.engine = None
            await self.stack.aclose()
            self.stack = AsyncExitStack()


async def run_job(session: str, job: Job, limits: Limits) -> Run:
    """Run a job of a session on the worker that this is called on."""
    plugin = get_worker().plugins[session]
    assert isinstance(plugin, ClusterWorker)  # noqa: S101
    return await plugin.run(job, limits)
