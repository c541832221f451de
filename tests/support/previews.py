"""`elevenlines serve` as a process."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 240.0
"""Seconds after which a test gives up; a preview that works takes a fraction of one."""

_SCRIPT = re.compile(rb'<script src="[./]*-/preview\.js"[^>]*></script>')


@dataclass
class Served:
    """A preview that runs."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    @property
    def said(self) -> str:
        """Return what it has printed."""
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, text: str) -> None:
        """Wait until it has printed a text."""
        wait(lambda: text in self.said, f"`{text}` in: {self.said}")


def free_port() -> int:
    """Return a port that nothing uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def serving(project: Path, *arguments: str) -> Iterator[Served]:
    """Run the preview of a project."""
    log = project.parent / f"serve-{time.monotonic_ns()}.txt"
    port = [] if "--port" in arguments else ["--port", str(free_port())]
    command = [sys.executable, "-m", "site_tools", "serve", *port, *arguments]
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            command, cwd=project, stdout=out, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    served = Served(process, "", log)
    try:
        wait(lambda: "shows the site" in served.said or process.poll() is not None, "a start")
        match = re.search(r"http://\S+", served.said)
        served.url = match[0] if match else ""
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def wait(condition: Callable[[], bool], what: str) -> None:
    """Wait until something holds; fail when it does not within a minute."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"not within {PATIENCE:g} s: {what}"
        time.sleep(0.02)


def without_script(page: bytes) -> bytes:
    """Return a page as it would be published."""
    return _SCRIPT.sub(b"", page)
