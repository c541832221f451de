"""A real Dask cluster: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.support.previews import free_port

START_SECONDS = 120


@dataclass
class Cluster:
    """Processes that this test started."""

    folder: Path
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        return self._start("dask_scheduler", "--host", "127.0.0.1", "--port", str(self.port))

    def start_worker(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker with one thread, and a nanny that starts it again when it is killed."""
        common = ["--nthreads", "1", "--memory-limit", "2GB", "--local-directory", str(self.folder)]
        return self._start("dask_worker", self.address, *common, *options, **environment)

    def _start(self, module: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard", *arguments]
        log = self.folder / f"{len(self.processes)}.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                command, stdout=errors, stderr=errors, cwd=self.folder,
                env={**os.environ, **environment},
            )  # fmt: skip
        self.processes.append(process)
        return process

    def wait_for_workers(self, number: int) -> None:
        """Wait until the scheduler has so many workers."""
        from distributed import Client

        with Client(self.address, timeout=START_SECONDS, set_as_default=False) as client:
            client.wait_for_workers(number, timeout=START_SECONDS)

    def stop(self) -> None:
        for process in self.processes:
            kill_all(process)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that a test started, and what it has started."""
    found = [psutil.Process(process.pid)] if process.poll() is None else []
    found += [child for one in found for child in one.children(recursive=True)]
    for one in found:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.wait()


@contextmanager
def cluster(folder: Path, workers: Sequence[Sequence[str]]) -> Iterator[Cluster]:
    """Start a scheduler and a worker for each list of options."""
    started = Cluster(folder)
    try:
        started.start_scheduler()
        for options in workers:
            started.start_worker(*options)
        started.wait_for_workers(len(workers))
        yield started
    finally:
        started.stop()
