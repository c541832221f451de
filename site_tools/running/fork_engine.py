"""The default engine on Linux: each job runs in a child of a fork server.

The fork server has imported the packages of the posts already, so a job starts in milliseconds.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from site_tools.analysis.syntax import parse
from site_tools.experiment.plan import Job
from site_tools.model.errors import BadProject
from site_tools.model.post import Post
from site_tools.model.protocol import (
    FORK_SERVER_FILE,
    LONGEST_MESSAGE,
    ForkServerRequest,
    JobBegan,
    JobEnded,
    KillJob,
    Message,
    RunJob,
    Stage,
    StageReady,
    StageUnsafe,
    Stop,
    decode_message,
    encode_message,
)
from site_tools.model.run import Failure, Run
from site_tools.posts.dependencies import imported_modules
from site_tools.running.environment import HASH_SEED, find_fonts, hash_seed, new_run, variables
from site_tools.running.job_directory import (
    PrintListener,
    ProcessExit,
    following,
    job_directory,
    request_of,
    run_of,
)
from site_tools.running.limits import Limits
from site_tools.running.machine import Machine
from site_tools.running.options import Options
from site_tools.sandbox.removal import remove
from site_tools.worker.preloads import MODULES, SHELL, TRIAL

HEAVY = "torch"
"""The package with its own stage: it takes so long to import that other posts must not wait."""

GRACE_SECONDS = 2.0
"""How long after its time limit a worker may take to dump its stack."""

START_SECONDS = 120.0
"""How long a stage may take to start a job, including its imports."""

END_SECONDS = 10.0
"""How long a stage may take to kill and reap a child."""

LONGEST_PROBLEM = 10_000
"""Bytes of the fork server's error output that are shown."""

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
        self.servers: dict[_Surroundings, _ForkServer] = {}
        self.starting, self.suspects = asyncio.Lock(), asyncio.Lock()

    async def start(self, folder: Path, jobs: Sequence[Job]) -> None:
        """Start a server for each device; they import what the posts of these jobs do."""
        self.folder = folder
        for job in jobs:
            posts = self.packages.setdefault(job.device, {})
            if job.post.file not in posts:
                posts[job.post.file] = _packages(job.post)
        for device in sorted(self.packages):
            find_fonts(self._all_packages(device))
            await self._server(_Surroundings(device, HASH_SEED))

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

    def _link(self, server: _ForkServer, job: Job) -> Link:
        return server.links[-1 if HEAVY in self.packages[job.device][job.post.file] else 0]

    async def _server(self, wanted: _Surroundings, lost: _ForkServer | None = None) -> _ForkServer:
        """Return the server for some jobs; start it first if there is none but a lost one."""
        async with self.starting:
            if self.servers.get(wanted) is lost:
                if lost is not None:
                    await lost.stop()
                self.servers[wanted] = await self._start(wanted)
        return self.servers[wanted]

    async def _start(self, wanted: _Surroundings) -> _ForkServer:
        """Start a server, with a stage of its own for the heavy package if posts need it."""
        packages = self._all_packages(wanted.device)
        own = [TRIAL, *([SHELL] if wanted.hash_seed == HASH_SEED else [])]  # shams are no notebooks
        stages = [[*own, *sorted(packages - {HEAVY})], *([[HEAVY]] if HEAVY in packages else [])]
        self.started += 1
        folder = self.folder / str(self.started)
        folder.mkdir()
        environment = variables(wanted.device, wanted.hash_seed)
        return await _ForkServer.start(stages, folder, self.host.layers, environment)


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


class Lost(Exception):
    """The fork server was killed, or stopped responding."""


class _ForkServer:
    """The parent's handle of a process of `site_tools.worker.fork_server`."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process, self.folder = process, folder
        self.links: list[Link] = []
        self.jobs = 0

    @classmethod
    async def start(
        cls,
        stages: Sequence[Sequence[str]],
        folder: Path,
        layers: Sequence[str],
        environment: dict[str, str],
    ) -> _ForkServer:
        """Start a server in a folder; it imports these packages, for jobs with these layers."""
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in stages]
        theirs = [pair[1].fileno() for pair in pairs]
        request = ForkServerRequest(
            workshop=str(folder.parent),
            layers=layers,
            stages=[
                Stage(number, packages) for number, packages in zip(theirs, stages, strict=True)
            ],
        )
        (folder / FORK_SERVER_FILE).write_text(request.to_json(), encoding="utf-8")
        with (folder / "errors.txt").open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                *[sys.executable, "-P", "-m", "site_tools.worker.fork_server", str(folder)],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=errors,
                cwd=folder,
                env=environment | dict.fromkeys(("HOME", "IPYTHONDIR"), str(folder)),
                pass_fds=theirs,
                start_new_session=True,
            )
        for _, end in pairs:
            end.close()
        server = cls(process, folder)
        server.links = [
            Link(end, packages) for (end, _), packages in zip(pairs, stages, strict=True)
        ]
        return server

    @property
    def unsafe(self) -> str:
        """Return the packages whose import has started a thread, joined by commas."""
        return ", ".join(package for link in self.links if link.unsafe for package in link.packages)

    def new_folder(self) -> Path:
        """Return the path of the next job directory."""
        self.jobs += 1
        return self.folder / str(self.jobs)

    async def stop(self) -> None:
        """Stop the server and all its children."""
        for link in self.links:
            link.stop()
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
        with (self.folder / "errors.txt").open("rb") as errors:
            if problem := errors.read(LONGEST_PROBLEM):
                print(problem.decode("utf-8", "replace"), file=sys.stderr)
        remove(self.folder)


class _Child:
    """What a stage has reported about the child of a job."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.began: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[int] = loop.create_future()
        """Its exit code."""
        for future in (self.began, self.ended):
            future.add_done_callback(lambda done: done.cancelled() or done.exception())

    def lose(self) -> None:
        """Raise Lost wherever this child is awaited."""
        for future in (self.began, self.ended):
            if not future.done():
                future.set_exception(Lost())


class Link:
    """The connection to one stage of a fork server."""

    def __init__(self, end: socket.socket, packages: Sequence[str]) -> None:
        self.socket, self.packages = end, packages
        self.socket.setblocking(False)  # noqa: FBT003
        self.ready = self.unsafe = self.lost = False
        self.children: dict[str, _Child] = {}
        """By job directory."""
        self.listening = asyncio.create_task(self._listen())

    async def run(self, folder: Path, limits: Limits) -> ProcessExit:
        """Run the job of a directory in a forked child; kill it when it exceeds its time.

        Raises Lost when the stage exits meanwhile, or does not respond.
        """
        child = self.children[str(folder)] = _Child()
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._send(RunJob(str(folder)))
                await child.began
            done, _ = await asyncio.wait([child.ended], timeout=limits.timeout + GRACE_SECONDS)
            async with asyncio.timeout(END_SECONDS):
                if not done:
                    await self._send(KillJob(str(folder)))
                return ProcessExit(await child.ended, in_time=bool(done))
        except TimeoutError:
            raise Lost from None
        finally:
            del self.children[str(folder)]

    def stop(self) -> None:
        """Ask the stage to exit, and close the connection."""
        with suppress(OSError):
            self.socket.send(encode_message(Stop()))
        self.listening.cancel()
        self._lose()
        self.socket.close()

    async def _send(self, message: Message) -> None:
        if self.lost:
            raise Lost
        try:
            await asyncio.get_running_loop().sock_sendall(self.socket, encode_message(message))
        except OSError:
            await asyncio.wait([self.listening])  # its last message may be StageUnsafe
            raise Lost from None

    async def _listen(self) -> None:
        try:
            while data := await self._receive():
                self._handle(decode_message(data))
        except (OSError, ValueError):  # it is gone, or sends what is no message
            pass
        finally:
            self._lose()

    async def _receive(self) -> bytes:
        """Return the stage's next message, empty when it is gone; see `fork_server.receive`."""
        loop = asyncio.get_running_loop()
        with suppress(ConnectionResetError):
            return await loop.sock_recv(self.socket, LONGEST_MESSAGE)
        return await loop.sock_recv(self.socket, LONGEST_MESSAGE)

    def _handle(self, message: Message) -> None:
        match message:
            case StageReady():
                self.ready = True
            case StageUnsafe():
                self.unsafe = True
            case JobBegan(folder) if folder in self.children:
                self.children[folder].began.set_result(None)
            case JobEnded(folder, code) if folder in self.children:
                self.children[folder].ended.set_result(code)

    def _lose(self) -> None:
        """Raise Lost wherever a child of this stage is awaited."""
        self.lost = True
        for child in self.children.values():
            child.lose()
