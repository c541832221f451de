"""The default engine on Linux: every job in a child forked from a process that is warm already."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from site_tools.analysis.syntax import parse
from site_tools.experiment.plan import Job
from site_tools.model.errors import BadProject
from site_tools.model.post import Post
from site_tools.model.run import Failure, Run
from site_tools.posts.dependencies import imported_modules
from site_tools.running.environment import find_fonts, new_run, variables
from site_tools.running.job_directory import Ending, Heard, following, laid_out, request_of, run_of
from site_tools.running.limits import Limits
from site_tools.sandbox.removal import remove
from site_tools.worker.fork_server import LONGEST_MESSAGE, TOLD
from site_tools.worker.preloads import MODULES, SHELL

HEAVY = "torch"
"""What takes so long to import that posts without it should not wait for it."""

GRACE_SECONDS = 2.0
"""How much longer than its time a process may take to say where it was."""

START_SECONDS = 120.0
"""How long a stage may take to begin a job, its imports included."""

END_SECONDS = 10.0
"""How long a stage may take to bury a child that it was told to kill."""

LONGEST_PROBLEM = 10_000
"""Bytes of what a zygote says of itself that are shown."""

ATTEMPTS = 3
"""How often a job is begun when the zygote is killed under it."""


class Engine:
    """Forks each job from a zygote, and starts another zygote when one is killed."""

    def __init__(
        self, workshop: Path, jobs: Iterable[Job], heard: Heard | None, layers: Sequence[str]
    ) -> None:
        self.workshop, self.heard, self.layers = workshop, heard, layers
        self.packages = {job.post.file: _packages(job.post) for job in jobs}
        self.started = 0
        self.zygote: _Zygote
        self.restarting, self.suspects = asyncio.Lock(), asyncio.Lock()

    async def __aenter__(self) -> Self:
        find_fonts(self._all_packages())
        await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.zygote.stop()

    def is_ready(self, job: Job) -> bool:
        """Return whether a job would begin at once."""
        return self._link(self.zygote, job).warm

    async def run(self, job: Job, limits: Limits) -> Run:
        """Run a job in a forked child."""
        for attempt in range(ATTEMPTS):
            # Whoever was there when the zygote was killed is tried again without the others that
            # were, so that no post is blamed for what another does.
            async with self.suspects if attempt else nullcontext():
                with suppress(Lost):
                    return await self._attempt(job, limits)
        what = f"the process that it was forked from was killed {ATTEMPTS} times while it ran."
        remedy = "A post must not end its parent; or else this machine kills processes."
        return replace(new_run(job), failure=Failure(1, 0, what, remedy, repeatable=False))

    async def _attempt(self, job: Job, limits: Limits) -> Run:
        """Run a job once; raises Lost when the zygote was killed meanwhile."""
        zygote = self.zygote
        folder = zygote.new_folder()
        try:
            with laid_out(folder, request_of(job, limits, listen=self.heard is not None)):
                with following(job, folder, self.heard):
                    ending = await self._link(zygote, job).run(folder, limits)
                return run_of(job, folder, ending, limits)
        except Lost:
            if zygote.unsafe:
                what = f"importing {zygote.unsafe} started a thread, which a fork loses."
                raise BadProject(f"{what} `--engine fresh` forks nothing.") from None
            await self._restart(zygote)
            raise

    def _all_packages(self) -> set[str]:
        return set().union(*self.packages.values())

    def _link(self, zygote: _Zygote, job: Job) -> Link:
        return zygote.links[-1 if HEAVY in self.packages[job.post.file] else 0]

    async def _start(self) -> None:
        packages = self._all_packages()
        stages = [[SHELL, *sorted(packages - {HEAVY})], *([[HEAVY]] if HEAVY in packages else [])]
        self.started += 1
        self.zygote = await _Zygote.start(stages, self.workshop, self.started, self.layers)

    async def _restart(self, lost: _Zygote) -> None:
        async with self.restarting:
            if self.zygote is lost:
                await lost.stop()
                await self._start()


def _packages(post: Post) -> set[str]:
    """Return what a post imports, as far as it is imported before a fork."""
    imported = (imported_modules(parse(source)) for source in post.sources)
    return set().union(*imported) & set(MODULES) - {SHELL}


class Lost(Exception):
    """The zygote was killed while we waited for it."""


class _Zygote:
    """A running `site_tools.worker.fork_server`, seen from outside."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process, self.folder = process, folder
        self.links: list[Link] = []
        self.jobs = 0

    @classmethod
    async def start(
        cls, stages: Sequence[Sequence[str]], workshop: Path, number: int, layers: Sequence[str]
    ) -> _Zygote:
        """Start a zygote with these stages of imports, for jobs with these layers."""
        folder = workshop / str(number)
        folder.mkdir()
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in stages]
        theirs = [pair[1].fileno() for pair in pairs]
        told = {
            "workshop": str(workshop),
            "sandbox": list(layers),
            "stages": [
                {"socket": number, "packages": list(packages)}
                for number, packages in zip(theirs, stages, strict=True)
            ],
        }
        (folder / TOLD).write_text(json.dumps(told), encoding="utf-8")
        with (folder / "errors.txt").open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                *[sys.executable, "-P", "-m", "site_tools.worker.fork_server", str(folder)],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=errors,
                cwd=folder,
                env=variables() | dict.fromkeys(("HOME", "IPYTHONDIR"), str(folder)),
                pass_fds=theirs,
                start_new_session=True,
            )
        for _, end in pairs:
            end.close()
        zygote = cls(process, folder)
        zygote.links = [
            Link(end, packages) for (end, _), packages in zip(pairs, stages, strict=True)
        ]
        return zygote

    @property
    def unsafe(self) -> str:
        """Return the packages after whose import nothing can be forked."""
        return ", ".join(package for link in self.links if link.unsafe for package in link.packages)

    def new_folder(self) -> Path:
        """Return where the next job's folder shall be."""
        self.jobs += 1
        return self.folder / str(self.jobs)

    async def stop(self) -> None:
        """End the zygote and all its children."""
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
    """A job's child, as far as its stage has told of it."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.began: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[int] = loop.create_future()
        """Its exit code."""
        for future in (self.began, self.ended):
            future.add_done_callback(lambda done: done.cancelled() or done.exception())

    def lose(self) -> None:
        """Let whoever waits know that nothing more will be told."""
        for future in (self.began, self.ended):
            if not future.done():
                future.set_exception(Lost())


class Link:
    """The socket to a stage of a zygote, and what is known of the stage's children."""

    def __init__(self, end: socket.socket, packages: Sequence[str]) -> None:
        self.socket, self.packages = end, packages
        self.socket.setblocking(False)  # noqa: FBT003
        self.warm = self.unsafe = self.lost = False
        self.children: dict[str, _Child] = {}
        """By the folder of its job."""
        self.listening = asyncio.create_task(self._listen())

    async def run(self, folder: Path, limits: Limits) -> Ending:
        """Have a child forked for a job's folder; return how it ended.

        Raises Lost when the stage ends meanwhile, or does not do what it is told.
        """
        child = self.children[str(folder)] = _Child()
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._say({"run": str(folder)})
                await child.began
            done, _ = await asyncio.wait([child.ended], timeout=limits.timeout + GRACE_SECONDS)
            async with asyncio.timeout(END_SECONDS):
                if not done:
                    await self._say({"kill": str(folder)})
                return Ending(await child.ended, in_time=bool(done))
        except TimeoutError:
            raise Lost from None
        finally:
            del self.children[str(folder)]

    def stop(self) -> None:
        """Have the stage end itself."""
        with suppress(OSError):
            self.socket.send(json.dumps({"stop": ""}).encode("ascii"))
        self.listening.cancel()
        self._lose()
        self.socket.close()

    async def _say(self, message: dict[str, str]) -> None:
        if self.lost:
            raise Lost
        try:
            data = json.dumps(message).encode("utf-8")
            await asyncio.get_running_loop().sock_sendall(self.socket, data)
        except OSError:
            await asyncio.wait([self.listening])  # it is gone, but its last words may tell why
            raise Lost from None

    async def _listen(self) -> None:
        try:
            while data := await self._receive():
                self._hear(json.loads(data))
        except (OSError, ValueError):  # it is gone, or out of its mind
            pass
        finally:
            self._lose()

    async def _receive(self) -> bytes:
        """Return the stage's next message, nothing when it is gone; see `zygote.receive`."""
        loop = asyncio.get_running_loop()
        with suppress(ConnectionResetError):
            return await loop.sock_recv(self.socket, LONGEST_MESSAGE)
        return await loop.sock_recv(self.socket, LONGEST_MESSAGE)

    def _hear(self, message: object) -> None:
        match message:
            case {"warm": _}:
                self.warm = True
            case {"unsafe": _}:
                self.unsafe = True
            case {"began": str(folder)} if folder in self.children:
                self.children[folder].began.set_result(None)
            case {"ended": str(folder), "code": int(code)} if folder in self.children:
                self.children[folder].ended.set_result(code)

    def _lose(self) -> None:
        """Let everybody who waits know that the stage is gone."""
        self.lost = True
        for child in self.children.values():
            child.lose()
