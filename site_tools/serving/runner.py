"""Runs of posts in the background of a preview: one process at a time, ended by a newer save."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from site_tools.model.errors import Problem
from site_tools.model.source import Place
from site_tools.running.options import Options
from site_tools.serving.packages import Packages, installation_times

GRACE_SECONDS = 0.1
"""How long a process that was asked to end may take before it is killed with its children."""

LONGEST_LINE = 2**24
"""Bytes of one event."""

SHOWN_SECONDS = 1.0
"""How long a page takes to show a run that has ended; the next process starts after that."""


class Listener(Protocol):
    """Is notified of what happens in runs."""

    def wanted(self) -> tuple[str, str] | None:
        """Return the file of the post to run, and the attempt; see `attempt_of`."""

    def likely(self) -> str:
        """Return the file of the post that will probably be wanted next; empty if none."""

    def began(self, file: str) -> None:
        """Report that the runs of a post begin."""

    def ran(self, file: str) -> None:
        """Report that a run has ended and is stored."""

    def printed(self, file: str, text: str) -> None:
        """Report what the published run of a post has printed."""

    def ended(self, file: str, attempt: str, problems: tuple[Problem, ...]) -> None:
        """Report that a post needs no further runs; `problems` are those that are not stored."""


@dataclass
class Runner:
    """Makes the runs that a listener wants."""

    root: Path
    options: Options
    listener: Listener
    _process: asyncio.subprocess.Process | None = None
    """The one that runs a post, until it has ended."""
    _given: tuple[str, str] = "", ""
    """The post that it runs, and the attempt."""
    _is_wanted: bool = False
    """Whether that is still wanted."""
    _spare: asyncio.subprocess.Process | None = None
    """A process that has imported all that it needs, and waits for the name of a post."""
    _soon: asyncio.TimerHandle | None = None
    """Will start the next one, once the published run of a post is shown."""
    _starting: asyncio.Task[None] | None = None
    _packages: Packages = ()
    """What was installed when it started."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _is_idle: bool = False

    def look(self) -> None:
        """Ask what is wanted: a run of anything else is ended at once, a spare process begins."""
        wanted = self.listener.wanted()
        if self._is_wanted and wanted != self._given:
            self.cancel()
        if wanted is not None and self._is_idle and (spare := self._good_spare):
            self._is_idle, self._spare = False, None
            self._give(spare, *wanted)
        self._changed.set()

    def cancel(self) -> None:
        """End the run under way, if there is one."""
        self._is_wanted = False
        process = self._process
        if process is not None and process.returncode is None:
            _signal(process, signal.SIGTERM)
            asyncio.get_running_loop().call_later(GRACE_SECONDS, _kill, process)

    async def work(self) -> None:
        """Run what is wanted, until this task is cancelled."""
        try:
            while True:
                self._is_idle = not self._changed.is_set()
                await self._changed.wait()
                self._is_idle = False
                self._changed.clear()
                if self._process is None:
                    self._have_spare()
                while self._process is not None or self.listener.wanted() is not None:
                    await self._run()
        finally:
            self.cancel()
            await self._settle_spare()
            for process in filter(None, [self._process, self._spare]):
                _signal(process, signal.SIGTERM)
                await process.wait()

    async def _run(self) -> None:
        """Have a process run what is wanted, unless one does so already, and wait for its end."""
        if self._process is None:
            process = await self._ready()
            wanted = self.listener.wanted()  # there may have been another save meanwhile
            if wanted is None:
                self._spare = process
                return
            self._give(process, *wanted)
        await self._follow()
        self._is_wanted, self._process = False, None

    async def _ready(self) -> asyncio.subprocess.Process:
        """Return the spare process, or a new one."""
        await self._settle_spare()
        spare, good, self._spare = self._spare, self._good_spare, None
        if spare and not good:
            _signal(spare, signal.SIGTERM)
            await spare.wait()
        return good or await self._start()

    @property
    def _good_spare(self) -> asyncio.subprocess.Process | None:
        """Return the spare process, unless it may have imported older packages."""
        return self._spare if self._packages == installation_times() else None

    def _give(self, process: asyncio.subprocess.Process, file: str, attempt: str) -> None:
        """Send a process the file name of the post that it has to run."""
        assert process.stdin is not None  # noqa: S101  it is a pipe
        self._process, self._given, self._is_wanted = process, (file, attempt), True
        self.listener.began(file)
        process.stdin.write(f"{file}\n".encode())
        process.stdin.close()

    async def _follow(self) -> None:
        """Pass on what the process reports, until it has ended."""
        process, (file, attempt) = self._process, self._given
        assert process is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101  they are pipes
        assert process.stderr is not None  # noqa: S101
        said = asyncio.create_task(process.stderr.read())
        has_ended = False
        while line := await process.stdout.readline():
            if self._is_wanted:
                with suppress(ValueError):
                    has_ended |= self._hear(file, attempt, event := json.loads(line))
                    if event["kind"] == "run":
                        self._have_spare(after=SHOWN_SECONDS)
        await process.wait()
        self._have_spare(after=SHOWN_SECONDS)
        if self._is_wanted and not has_ended:
            text = (await said).decode("utf-8", "replace").strip()
            why = text.splitlines()[-1] if text else f"exit code {process.returncode}"
            problem = Problem(Place(file, 0), f"could not be run: {why}", "Save it to try again.")
            self.listener.ended(file, attempt, (problem,))
        said.cancel()

    def _have_spare(self, after: float = 0) -> None:
        """Start a spare process after some seconds, unless there is one."""
        if self._spare is None and self._soon is None and self._starting is None:
            self._soon = asyncio.get_running_loop().call_later(after, self._begin_spare)

    def _begin_spare(self) -> None:
        self._soon, self._starting = None, asyncio.create_task(self._start_spare())

    async def _start_spare(self) -> None:
        try:
            self._spare = await self._start()
        finally:
            self._starting = None

    async def _settle_spare(self) -> None:
        """Wait for a spare process that is being started; give up one that is to come."""
        if self._soon:
            self._soon.cancel()
            self._soon = None
        if self._starting:
            await self._starting

    async def _start(self) -> asyncio.subprocess.Process:
        """Start a process that will run one post."""
        self._packages = installation_times()
        options = json.dumps(asdict(self.options) | {"verbose": True})
        command = [sys.executable, "-P", "-m", "site_tools.serving.run_process"]
        return await asyncio.create_subprocess_exec(
            *[*command, str(self.root), options, self.listener.likely()],
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def _hear(self, file: str, attempt: str, event: dict[str, Any]) -> bool:
        """Pass on an event; return whether the post needs no further runs."""
        if event["kind"] == "printed":
            self.listener.printed(file, event["text"])
        elif event["kind"] == "run":
            self.listener.ran(file)
        elif event["kind"] == "ended":
            problems = tuple(
                Problem(Place(p["file"], p["line"], p["within"]), p["what"], p["remedy"], post=file)
                for p in event["problems"]
            )
            self.listener.ended(file, attempt, problems)
            return True
        return False


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        _signal(process, signal.SIGKILL)


def _signal(process: asyncio.subprocess.Process, number: int) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(number)
