"""What an engine is: it runs jobs, each in a process of its own, and outlives what a post does.

Its host is where it runs them: the machine of this program, or a cluster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from site_tools.experiment.plan import Job
from site_tools.model.errors import Problem
from site_tools.model.run import Run
from site_tools.running.limits import Limits


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a host can run at once."""

    jobs: int
    """How many jobs."""
    memory: int
    """Bytes that they may use together."""
    layers: Sequence[str] | None
    """The layers that confine each job, of `confinement.LAYERS`; None where each worker decides."""
    gpus: Sequence[str] = ()
    """The GPUs; each has one job at a time."""
    place: str = ""
    """The address of the host; empty for this machine."""
    given: int = 0
    """How many jobs the engine gets at a time, where it has a queue of its own; else 0."""


class Host(Protocol):
    """Where an engine runs jobs."""

    def lacks(self, job: Job) -> Problem | None:
        """Return what a job needs and this host cannot have; None if only a run can tell."""

    def capacity(self, jobs: Sequence[Job]) -> Capacity:
        """Return what can run at once of these jobs.

        Raises BadProject when the host cannot run them.
        """


class Engine(Protocol):
    """A way to run jobs.

    Its class is called with the options, and a listener for printed text or None. That must be
    quick, and start nothing.
    """

    @property
    def host(self) -> Host:
        """Return where it runs jobs."""

    async def start(self, folder: Path, jobs: Sequence[Job]) -> None:
        """Get ready for jobs of the posts of these ones; `folder` is for whatever it writes."""

    def is_ready(self, job: Job) -> bool:
        """Return whether a job would start at once."""

    async def run(self, job: Job, limits: Limits) -> Run:
        """Run one job; end its processes when the task is cancelled."""

    async def close(self) -> None:
        """End all that `start` has started, even if it was cancelled or has failed."""
