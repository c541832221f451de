"""The default engine on Linux: every job in a child forked from a process that is warm already."""

from __future__ import annotations

import ast
import asyncio
import json
import socket
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from site_tools.child import lay_out
from site_tools.engines.folder import Ending, Heard, following, request_of, run_of
from site_tools.engines.surroundings import Limits, begun, find_fonts, variables
from site_tools.engines.workshop import remove
from site_tools.errors import BadProject
from site_tools.plan import Job
from site_tools.post import Failure, Post, Run
from site_tools.updates import parse
from site_tools.zygote import LONGEST_MESSAGE, SHELL

HEAVY = "torch"
"""What takes so long to import that posts without it should not wait for it."""

PRELOADED = {"matplotlib", "numpy", "sklearn", HEAVY}
"""Packages that are imported before the fork: importing them starts no thread."""

GRACE_SECONDS = 2.0
"""How much longer than its time a process may take to say where it was."""

ATTEMPTS = 3
"""How often a job is begun when the zygote is killed under it."""


class Engine:
    """Forks each job from a zygote, and starts another zygote when one is killed."""

    def __init__(
        self, workshop: Path, jobs: Iterable[Job], heard: Heard | None, layers: Sequence[str]
    ) -> None:
        self.workshop, self.heard, self.layers = workshop, heard, layers
        self.modules = {job.post.file: _modules(job.post) for job in jobs}
        self.started = 0
        self.zygote: _Zygote
        self.restarting, self.suspects = asyncio.Lock(), asyncio.Lock()

    async def __aenter__(self) -> Self:
        find_fonts(module.split(".")[0] for module in self._all_modules())
        await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.zygote.stop()

    def is_ready(self, job: Job) -> bool:
        """Return whether a job would begin at once."""
        return self._stage(self.zygote, job).warm

    async def run(self, job: Job, limits: Limits) -> Run:
        """Run a job in a forked child."""
        for attempt in range(ATTEMPTS):
            # Whoever was there when the zygote was killed is tried again without the others that
            # were, so that no post is blamed for what another does.
            async with self.suspects if attempt else nullcontext():
                with suppress(_Lost):
                    return await self._attempt(job, limits)
        what = f"the process that it was forked from was killed {ATTEMPTS} times while it ran."
        remedy = "A post must not end its parent; or else this machine kills processes."
        return replace(begun(job), failure=Failure(1, 0, what, remedy, repeatable=False))

    async def _attempt(self, job: Job, limits: Limits) -> Run:
        """Run a job once; raises _Lost when the zygote was killed meanwhile."""
        zygote = self.zygote
        folder = zygote.new_folder()
        try:
            lay_out(folder, request_of(job, limits, listen=self.heard is not None))
            with following(job, folder, self.heard):
                ending = await self._stage(zygote, job).run(folder, limits)
            return run_of(job, folder, ending, limits)
        except _Lost:
            if zygote.unsafe:
                what = f"importing {', '.join(zygote.unsafe)} started a thread, which a fork loses."
                raise BadProject(f"{what} `--engine fresh` forks nothing.") from None
            await self._restart(zygote)
            raise
        finally:
            remove(folder)

    def _all_modules(self) -> set[str]:
        return set().union(*self.modules.values())

    def _stage(self, zygote: _Zygote, job: Job) -> _Stage:
        heavy = any(_package(module) == HEAVY for module in self.modules[job.post.file])
        return zygote.stages[-1 if heavy else 0]

    async def _start(self) -> None:
        modules = self._all_modules()
        heavy = {module for module in modules if _package(module) == HEAVY}
        stages = [[SHELL, *sorted(modules - heavy)]]
        if heavy:
            stages.append(sorted(heavy))
        self.started += 1
        self.zygote = await _Zygote.start(stages, self.workshop, self.started, self.layers)

    async def _restart(self, lost: _Zygote) -> None:
        async with self.restarting:
            if self.zygote is lost:
                await lost.stop()
                await self._start()


def _package(module: str) -> str:
    return module.partition(".")[0]


def _modules(post: Post) -> set[str]:
    """Return what a post imports, as far as it can be imported before a fork."""
    found = set()
    for node in (node for source in post.sources for node in ast.walk(parse(source))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {module for module in found if _package(module) in PRELOADED}


class _Lost(Exception):
    """The zygote was killed while we waited for it."""


class _Zygote:
    """A running `site_tools.zygote`, seen from outside."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process, self.folder = process, folder
        self.stages: list[_Stage] = []
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
                {"socket": number, "modules": list(modules)}
                for number, modules in zip(theirs, stages, strict=True)
            ],
        }
        with (folder / "errors.txt").open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                *[sys.executable, "-P", "-m", "site_tools.zygote", json.dumps(told)],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=errors,
                cwd=folder,
                env=variables(),
                pass_fds=theirs,
                start_new_session=True,
            )
        for _, end in pairs:
            end.close()
        zygote = cls(process, folder)
        zygote.stages = [_Stage(end) for end, _ in pairs]
        return zygote

    @property
    def unsafe(self) -> list[str]:
        """Return the modules after whose import nothing can be forked."""
        return [module for stage in self.stages for module in stage.unsafe]

    def new_folder(self) -> Path:
        """Return where the next job's folder shall be."""
        self.jobs += 1
        return self.folder / str(self.jobs)

    async def stop(self) -> None:
        """End the zygote and all its children."""
        for stage in self.stages:
            stage.stop()
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
        if problem := (self.folder / "errors.txt").read_text(encoding="utf-8"):
            print(problem, file=sys.stderr)
        remove(self.folder)


class _Stage:
    """One stage of a zygote: the socket to it, and who waits for what it says."""

    def __init__(self, end: socket.socket) -> None:
        self.socket = end
        self.socket.setblocking(False)  # noqa: FBT003
        self.warm = False
        self.unsafe: list[str] = []
        self.waiting: dict[tuple[str, str], asyncio.Future[dict[str, Any]]] = {}
        """What shall be said, of which folder → who waits for it."""
        self.listening = asyncio.create_task(self._listen())

    async def run(self, folder: Path, limits: Limits) -> Ending:
        """Have a child forked for a job's folder; return how it ended."""
        began, ended = self._expect("began", folder), self._expect("ended", folder)
        await self._say({"run": str(folder)})
        await began
        done, _ = await asyncio.wait([ended], timeout=limits.timeout + GRACE_SECONDS)
        if not done:
            await self._say({"kill": str(folder)})
        return Ending((await ended)["code"], in_time=bool(done))

    def stop(self) -> None:
        """Have the stage end itself."""
        with suppress(OSError):
            self.socket.send(json.dumps({"stop": ""}).encode("ascii"))
        self.listening.cancel()
        self._lose()
        self.socket.close()

    def _expect(self, said: str, folder: Path) -> asyncio.Future[dict[str, Any]]:
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        self.waiting[said, str(folder)] = future
        return future

    async def _say(self, message: dict[str, str]) -> None:
        try:
            data = json.dumps(message).encode("utf-8")
            await asyncio.get_running_loop().sock_sendall(self.socket, data)
        except OSError:
            self._lose()

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        with suppress(ConnectionResetError):
            while data := await loop.sock_recv(self.socket, LONGEST_MESSAGE):
                message = json.loads(data)
                said = next(iter(message))
                if said == "warm":
                    self.warm = True
                elif said == "unsafe":
                    self.unsafe = message[said]
                elif future := self.waiting.pop((said, message[said]), None):
                    future.set_result(message)
        self._lose()

    def _lose(self) -> None:
        """Let everybody who waits know that the zygote is gone."""
        while self.waiting:
            _, future = self.waiting.popitem()
            if not future.done():
                future.set_exception(_Lost())
