"""The parent's side of a fork server: it starts the process of `worker.fork_server` and asks it."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from site_tools.model.fork_protocol import (
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
from site_tools.running.job_directory import ProcessExit
from site_tools.running.limits import Limits
from site_tools.sandbox.removal import remove

GRACE_SECONDS = 2.0
"""How long after its time limit a worker may take to dump its stack."""

START_SECONDS = 120.0
"""How long a stage may take to start a job, including its imports."""

END_SECONDS = 10.0
"""How long a stage may take to kill and reap a child."""

LONGEST_PROBLEM = 10_000
"""Bytes of the fork server's error output that are shown."""


class Lost(Exception):
    """The fork server was killed, or stopped responding."""


class ForkServer:
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
    ) -> ForkServer:
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
    def packages(self) -> set[str]:
        """Return what it imports."""
        return {package for link in self.links for package in link.packages}

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
