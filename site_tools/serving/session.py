"""One preview from start to end: server, watcher and runner around the pages of a project."""

from __future__ import annotations

import asyncio
import errno
import gc
import re
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from site_tools.model.errors import BadProject, Problem, as_warning
from site_tools.running.options import Options
from site_tools.sandbox.interrupts import interrupts_raise
from site_tools.serving.inspection import Findings
from site_tools.serving.preview import Preview
from site_tools.serving.runner import Runner
from site_tools.serving.server import Visitors, application
from site_tools.serving.watching import Watcher

SETTLE_SECONDS = 0.02
"""How long saves may follow each other before the files are read: editors write in steps."""

CHECK_SECONDS = 1.0
"""How often the files are compared without any event, if that takes little time."""

MOST_IDLE = 0.01
"""The share of a core that these comparisons may use."""

MOST_PORTS = 20
"""Ports that are tried, from the wanted one."""

MOST_WARNINGS = 5
"""New warnings that are printed one by one; of more only how many there are."""

MOST_PRINTED = 20_000
"""Characters that a page shows of what the run under way has printed."""


@dataclass
class PreviewSession:
    """Shows a project until it is interrupted."""

    root: Path
    options: Options
    say: Callable[[str], None]
    """Prints a line."""
    preview: Preview = field(init=False)
    visitors: Visitors = field(default_factory=Visitors)
    _said: list[str] = field(default_factory=list)
    _warned: set[tuple[str, str]] = field(default_factory=set)
    """The warnings that were printed: a file, and what is wrong, without values."""
    _looking: asyncio.TimerHandle | None = None

    def __post_init__(self) -> None:
        self.preview = Preview(self.root, self.root / ".elevenlines" / "preview")

    async def show(self, host: str, port: int, ready: Callable[[str], None]) -> None:
        """Serve until the task is cancelled; `ready` is called with the address."""
        sockets, port = bind(host, port, self.say)
        self.runner = Runner(self.root, self.options, self)
        server = HTTPServer(application(self.preview, self.visitors, self.look))
        server.add_sockets(sockets)
        name = f"[{host}]" if ":" in host else host
        ready(f"http://{name}:{port}/")
        watcher = Watcher(self.root, self._soon)
        work = asyncio.create_task(self.runner.work())
        try:
            await asyncio.sleep(0)
            with interrupts_raise():  # reading a thousand posts for the first time takes a minute
                self.look()
            gc.freeze()  # most of what was read stays: later collections need not look at it
            pause = CHECK_SECONDS
            while True:
                watcher.watch(self.preview.sources.folders())
                await asyncio.sleep(pause)
                before = time.process_time()
                if not self.look():  # some file systems report no events
                    pause = max(CHECK_SECONDS, (time.process_time() - before) / MOST_IDLE)
                await self._inspect()
        finally:
            server.stop()
            watcher.close()
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            self.preview.close()
            gc.unfreeze()  # the interpreter frees modules at its end, and nanobind says which not

    def _soon(self) -> None:
        """Look once for all that happens within a moment."""
        if self._looking is None:
            self._looking = asyncio.get_running_loop().call_later(SETTLE_SECONDS, self.look)

    def look(self) -> bool:
        """Read what has changed and notify terminal, pages and runner; return if anything has."""
        self._looking = None
        has_changed = self.preview.refresh(on_read=self.runner.look)
        if has_changed:
            self.report()
            self.runner.look()  # what could not be read is not wanted any more
            self.visitors.tell()
        return has_changed

    async def _inspect(self) -> None:
        """Find what only `check` asks for; requests for pages are served between its steps."""
        if self.preview.is_inspected:
            return
        inspection = self.preview.inspection
        before = inspection.of_posts, inspection.of_site
        while self.preview.inspect():  # noqa: ASYNC110  nothing is waited for
            await asyncio.sleep(0)
        self.report()
        if before != (inspection.of_posts, inspection.of_site):
            self.visitors.tell()

    def wanted(self) -> tuple[str, str] | None:
        """Return the post to run: one that is open in a browser first."""
        opened = [self.preview.post_at(address) for address in self.visitors.addresses]
        for file in self.preview.unfinished(opened):
            return file, self.preview.so_far[file].attempt
        return None

    def likely(self) -> str:
        """Return the post of the open page, or else the one that was saved last."""
        opened = filter(None, map(self.preview.post_at, self.visitors.addresses))
        return next(opened, "") or max(self.preview.versions, key=self._saved_at, default="")

    def _saved_at(self, file: str) -> float:
        with suppress(OSError):
            return (self.root / file).stat().st_mtime
        return 0

    def began(self, file: str) -> None:
        """Forget what an earlier run of a post has printed, and when it began."""
        self.preview.printed.pop(file, None)
        self.preview.begun = file, time.monotonic()
        self.visitors.tell()

    def ran(self, file: str) -> None:  # noqa: ARG002
        """Show a run that has ended."""
        self.preview.refresh()
        self.report()
        self.visitors.tell()

    def printed(self, file: str, text: str) -> None:
        """Show what a run prints."""
        known = self.preview.printed.get(file, "")
        self.preview.printed[file] = (known + text)[-MOST_PRINTED:]
        self.visitors.tell()

    def ended(self, file: str, attempt: str, problems: tuple[Problem, ...]) -> None:
        """Show what has come of a post's runs."""
        self.preview.printed.pop(file, None)
        self.preview.runs_failed(file, attempt, problems)
        self.preview.refresh()
        known = self.preview.so_far.get(file)
        if known and known.attempt == attempt and known.unfinished:
            what = "its runs are not complete."
            remedy = f"`elevenlines run {Path(file).stem}` says why."
            problem = Problem(known.judged.post.place_of("title"), what, remedy, post=file)
            self.preview.runs_failed(file, attempt, (problem,))
            self.preview.refresh()
        self.report()
        self.visitors.tell()

    def report(self) -> None:
        """Print new problems, and say which are fixed."""
        problems: dict[str, None] = {}
        for file, version in self.preview.versions.items():
            found = version.problems
            if not found and (known := self.preview.so_far.get(file)):
                found = known.problems
            problems |= dict.fromkeys(map(str, (*found, *version.unfit)))
            problems |= dict.fromkeys(map(str, self._inspected(file).problems))
        for text in self.preview.doc_problems:
            problems |= dict.fromkeys(text.split("\n"))
        problems |= {self.preview.fault: None} if self.preview.fault else {}
        problems |= dict.fromkeys(map(str, self.preview.inspection.of_site))
        for text in problems:
            if text not in self._said:
                self.say(text)
        if problems or self.preview.is_inspected:
            if self._said and not problems:
                self.say("All problems are fixed.")
            self._said = list(problems)
        self._warn()

    def _inspected(self, file: str) -> Findings:
        return self.preview.inspection.of_posts.get(file, Findings())

    def _warn(self) -> None:
        """Print new warnings, or how many; one with another number or another line is the same."""
        found = [one for file in self.preview.versions for one in self._inspected(file).warnings]
        warnings = {(one.place.file, re.sub(r"`[^`]*`|\d+", "", one.what)): one for one in found}
        new = [one for kind, one in warnings.items() if kind not in self._warned]
        if len(new) > MOST_WARNINGS:
            self.say(f"{len(new)} warnings: `elevenlines check` prints them; pages show theirs.")
        else:
            for warning in new:
                self.say(as_warning(warning))
        self._warned = set(warnings)


def bind(host: str, port: int, say: Callable[[str], None]) -> tuple[list[socket.socket], int]:
    """Return sockets on a port, or on the next one that is free, which is then said.

    Raises BadProject when none can be had.
    """
    for candidate in range(port, min(port + MOST_PORTS, 65536)):
        try:
            sockets = bind_sockets(candidate, host)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                what = f"--host {host}: cannot be served: {error.strerror}."
                raise BadProject(f"{what} Use 127.0.0.1, or an address of this machine.") from None
            continue
        if candidate != port:
            say(f"Port {port} is in use; this is {candidate}.")
        return sockets, int(sockets[0].getsockname()[1])
    raise BadProject(f"--port {port}: it and the next {MOST_PORTS - 1} are in use. Name another.")
