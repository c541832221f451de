"""Runs each job in a new interpreter, for systems without a safe fork and for GPUs.

Slower than the fork engine, since each job imports its packages again.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from site_tools.experiment.plan import Job
from site_tools.model.protocol import WORK_FOLDER
from site_tools.model.run import Run
from site_tools.running.environment import find_fonts, hash_seed, variables
from site_tools.running.job_directory import (
    MachineError,
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
from site_tools.sandbox import supervision

GRACE_SECONDS = 2.0
"""How long after its time limit a worker may take to dump its stack."""


class Engine:
    """Starts a Python process for each job."""

    def __init__(self, options: Options, on_print: PrintListener | None) -> None:
        self.host, self.on_print = Machine(options), on_print
        self.folder = Path()
        self.number = 0

    async def start(self, folder: Path, jobs: Sequence[Job]) -> None:
        """Have matplotlib's font list built if a post needs it."""
        self.folder = folder
        find_fonts({package for job in jobs for package in job.packages})

    async def close(self) -> None:
        """Do nothing: each process has ended with its job."""

    def is_ready(self, _job: Job) -> bool:
        """Return whether a job would start at once."""
        return True

    async def run(self, job: Job, limits: Limits) -> Run:
        """Run a job in a new process."""
        self.number += 1
        folder = self.folder / str(self.number)
        request = request_of(job, limits, listen=self.on_print is not None)
        with job_directory(folder, request, job.post.data):
            with following(job, folder, self.on_print):
                environment = variables(job.device, hash_seed(job.condition))
                exited = await _process(folder, limits, environment)
            return run_of(job, folder, exited, limits)


async def _process(folder: Path, limits: Limits, environment: dict[str, str]) -> ProcessExit:
    """Run a worker to its end; kill it when it exceeds its time."""
    try:
        process = await asyncio.create_subprocess_exec(
            *[sys.executable, "-P", "-m", "site_tools.worker.job_process", str(folder)],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=folder / WORK_FOLDER,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise MachineError(error) from None
    try:
        async with asyncio.timeout(limits.timeout + GRACE_SECONDS):
            return ProcessExit(await process.wait())
    except TimeoutError:
        return ProcessExit(1, in_time=False)
    finally:
        supervision.kill(process.pid)  # with its process group
        await process.wait()
