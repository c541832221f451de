"""The default engine on Linux: each job runs in a child of a fork server.

The fork server has imported the packages of the posts already, so a job starts in milliseconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from site_tools.analysis.syntax import parse
from site_tools.experiment.plan import Job
from site_tools.model.errors import BadProject
from site_tools.model.post import Post
from site_tools.model.run import Failure, Run
from site_tools.posts.dependencies import imported_modules
from site_tools.running.environment import HASH_SEED, find_fonts, hash_seed, new_run, variables
from site_tools.running.fork_server_link import ForkServer, Link, Lost
from site_tools.running.job_directory import (
    PrintListener,
    following,
    job_directory,
    request_of,
    run_of,
)
from site_tools.running.limits import Limits
from site_tools.running.machine import Machine
from site_tools.running.options import Options
from site_tools.worker.preloads import MODULES, SHELL, TRIAL

HEAVY = "torch"
"""The package with its own stage: it takes so long to import that other posts must not wait."""

ATTEMPTS = 3
"""How often a job is started when its fork server is killed each time."""


class Engine:
    """Runs each job as a child of a fork server, and restarts the server when it is killed.

    A child has the environment variables and the hash seed of its server. So each device has a
    server of its own, and so have shams, whose hash seed is another one; theirs is started with the
    first sham.
    """

    def __init__(self, options: Options, on_print: PrintListener | None) -> None:
        self.host, self.on_print = Machine(options), on_print
        self.folder = Path()
        self.packages: dict[str, dict[str, set[str]]] = {}
        """What to import, by device and post."""
        self.started = 0
        self.servers: dict[_Surroundings, ForkServer] = {}
        self.starting, self.suspects = asyncio.Lock(), asyncio.Lock()

    async def start(self, folder: Path, jobs: Sequence[Job]) -> None:
        """Start a server for each device; they import what the posts of these jobs do.

        A server that has started already is replaced if it lacks any of that.
        """
        self.folder = folder
        for job in jobs:
            posts = self.packages.setdefault(job.device, {})
            if job.post.file not in posts:
                posts[job.post.file] = _packages(job.post)
        for device in sorted(self.packages):
            packages = self._all_packages(device)
            find_fonts(packages)
            wanted = _Surroundings(device, HASH_SEED)
            started = self.servers.get(wanted)
            lacks = started is not None and not packages <= started.packages
            await self._server(wanted, lost=started if lacks else None)

    async def close(self) -> None:
        """Stop all servers and their children."""
        for server in self.servers.values():
            await server.stop()

    def is_ready(self, job: Job) -> bool:
        """Return whether a job would start at once."""
        server = self.servers.get(_Surroundings.of(job))
        return server is not None and self._link(server, job).ready

    async def run(self, job: Job, limits: Limits) -> Run:
        """Run a job in a forked child."""
        for attempt in range(ATTEMPTS):
            # The jobs that ran when the server was killed are repeated one at a time, so that no
            # post is blamed for what another one did.
            async with self.suspects if attempt else nullcontext():
                with suppress(Lost):
                    return await self._attempt(job, limits)
        what = f"its fork server was killed {ATTEMPTS} times while it ran."
        remedy = "Do not kill the parent process. If the post does not, check what else kills it."
        return replace(new_run(job), failure=Failure(1, 0, what, remedy, repeatable=False))

    async def _attempt(self, job: Job, limits: Limits) -> Run:
        """Run a job once; raises Lost when the fork server is killed meanwhile."""
        wanted = _Surroundings.of(job)
        server = await self._server(wanted)
        folder = server.new_folder()
        try:
            request = request_of(job, limits, listen=self.on_print is not None)
            with job_directory(folder, request, job.post.data):
                with following(job, folder, self.on_print):
                    exited = await self._link(server, job).run(folder, limits)
                return run_of(job, folder, exited, limits)
        except Lost:
            if server.unsafe:
                what = f"importing {server.unsafe} started a thread, so forking is not safe."
                raise BadProject(f"{what} Use `--engine fresh`.") from None
            await self._server(wanted, lost=server)
            raise

    def _all_packages(self, device: str) -> set[str]:
        return set().union(*self.packages[device].values())

    def _link(self, server: ForkServer, job: Job) -> Link:
        return server.links[-1 if HEAVY in self.packages[job.device][job.post.file] else 0]

    async def _server(self, wanted: _Surroundings, lost: ForkServer | None = None) -> ForkServer:
        """Return the server for some jobs; start it first if there is none but a lost one."""
        async with self.starting:
            if self.servers.get(wanted) is lost:
                if lost is not None:
                    await lost.stop()
                self.servers[wanted] = await self._start(wanted)
        return self.servers[wanted]

    async def _start(self, wanted: _Surroundings) -> ForkServer:
        """Start a server, with a stage of its own for the heavy package if posts need it."""
        packages = self._all_packages(wanted.device)
        own = [TRIAL, *([SHELL] if wanted.hash_seed == HASH_SEED else [])]  # shams are no notebooks
        stages = [[*own, *sorted(packages - {HEAVY})], *([[HEAVY]] if HEAVY in packages else [])]
        self.started += 1
        folder = self.folder / str(self.started)
        folder.mkdir()
        environment = variables(wanted.device, wanted.hash_seed)
        return await ForkServer.start(stages, folder, self.host.layers, environment)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What a process has from its start, and a child cannot change."""

    device: str
    hash_seed: int

    @classmethod
    def of(cls, job: Job) -> _Surroundings:
        """Return what a job needs."""
        return cls(job.device, hash_seed(job.condition))


def _packages(post: Post) -> set[str]:
    """Return the packages that a post imports and the fork server can import for it."""
    imported = (imported_modules(parse(source)) for source in post.sources)
    return set().union(*imported) & set(MODULES) - {SHELL, TRIAL}
