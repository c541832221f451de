"""The order of jobs: the longest chain of jobs first, among those that fit into memory.

The time and memory of a job are estimated from the last runs of its post, which are recorded in a
small file beside the store. Without that file only the order is worse.
"""

from __future__ import annotations

import json
from bisect import insort
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from site_tools.atomic_write import write_whole
from site_tools.experiment.plan import Job
from site_tools.model.run import Run

UNKNOWN_SECONDS = 10.0
"""Estimate for a job that never ran; rather long, so that it does not start last."""

UNKNOWN_MEMORY = 512 * 2**20
"""Bytes that are reserved for a job that never ran."""

HEADROOM = 1.2
"""The reserved memory, as a multiple of what the last run used."""

Amount = Annotated[float, Field(ge=0, lt=1e15)]

Cost = tuple[Amount, Amount]
"""Seconds and bytes."""

_POSTS: TypeAdapter[dict[str, dict[str, Cost]]] = TypeAdapter(dict[str, dict[str, Cost]])


@dataclass
class History:
    """The cost of each post's last published run and last trial."""

    path: Path
    posts: dict[str, dict[str, Cost]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> History:
        """Return the contents of a file; an empty history if it cannot be read."""
        history = cls(path)
        with suppress(OSError, ValidationError):
            history.posts = _POSTS.validate_json(path.read_bytes())
        return history

    def write(self) -> None:
        """Write the file; ignore errors of the system."""
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self.posts, sort_keys=True, indent=1)
            write_whole(self.path, text.encode("utf-8"))

    def note(self, job: Job, run: Run) -> None:
        """Record the cost of a run, unless it failed."""
        if run.failure is None:
            self.note_cost(job.post.file, job.condition.kind, run)

    def note_cost(self, post: str, condition: str, run: Run) -> None:
        """Record the cost of a run of a post, under a kind of condition."""
        cost = round(run.total_seconds, 3), float(run.memory)
        self.posts.setdefault(post, {})[_name(condition, run.device)] = cost

    def seconds(self, job: Job) -> float:
        """Return how many seconds a job is expected to take."""
        return self._cost(job)[0]

    def memory(self, job: Job) -> float:
        """Return how many bytes to reserve for a job."""
        return job.post.memory or self._cost(job)[1] * HEADROOM

    def _cost(self, job: Job) -> Cost:
        known = self.posts.get(job.post.file, {})
        unknown = known.get(_name("published", job.device), (UNKNOWN_SECONDS, UNKNOWN_MEMORY))
        return known.get(_name(job.condition.kind, job.device), unknown)


def _name(condition: str, device: str) -> str:
    kind = "published" if condition == "published" else "trial"
    return kind if device == "cpu" else f"{kind} on the {device}"


@dataclass
class Queue:
    """The jobs that wait for a worker."""

    history: History
    memory: float
    """Bytes that all running jobs may use together."""
    gpus: int = 1
    """How many there are."""
    _waiting: list[tuple[float, Job]] = field(default_factory=list)
    """The longest chain first, as it was expected when the job was added."""

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, jobs: Iterable[Job]) -> None:
        """Add waiting jobs."""
        for job in jobs:
            insort(self._waiting, (-self._chain(job), job), key=itemgetter(0))

    def take(self, is_ready: Callable[[Job], bool], running: Iterable[Job]) -> Job | None:
        """Remove and return the job to start now; None to wait until a running job has ended.

        At most one running job may wait for its engine: while one does, jobs with a ready engine
        go first. Each GPU runs one job at a time. A job that does not fit into memory runs alone.
        """
        running = list(running)
        left = self.memory - sum(map(self.history.memory, running))
        has_gpu = sum(one.device == "gpu" for one in running) < self.gpus
        one_is_waiting = not all(is_ready(job) for job in running)
        found = None
        for place, (_, job) in enumerate(self._waiting):
            fits = not running or self.history.memory(job) <= left
            if fits and (has_gpu or job.device != "gpu"):
                found = place if found is None else found
                if not one_is_waiting or is_ready(job):
                    found = place
                    break
        return None if found is None else self._waiting.pop(found)[1]

    def _chain(self, job: Job) -> float:
        """Return the least seconds from the start of a job to the end of its experiment."""
        following = {"published": 4, "sham": 3, "short": 2, "curve": 1}.get(job.condition.kind, 0)
        return self.history.seconds(job) * (1 + following)
