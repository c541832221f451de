"""Which job starts next: the longest chain first, as far as memory reaches.

How long a job takes and how much it needs is known from the post's last runs, which are noted in
a small file beside the store. Losing it loses nothing but a good order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from site_tools.atomic_write import write_whole
from site_tools.experiment.plan import Job
from site_tools.model.run import Run

UNKNOWN_SECONDS = 10.0
"""How long a job is taken for that never ran: long, so that it does not start last."""

UNKNOWN_MEMORY = 512 * 2**20
"""Bytes that are set aside for a job that never ran."""

HEADROOM = 1.2
"""How much more memory than the last time a run may need."""


Amount = Annotated[float, Field(ge=0, lt=1e15)]

Took = tuple[Amount, Amount]
"""Seconds and bytes."""

_POSTS: TypeAdapter[dict[str, dict[str, Took]]] = TypeAdapter(dict[str, dict[str, Took]])


@dataclass
class History:
    """What a post's last runs took: seconds and bytes, apart for published runs and trials."""

    path: Path
    posts: dict[str, dict[str, Took]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> History:
        """Return what a file tells, nothing if it cannot be read."""
        history = cls(path)
        with suppress(OSError, ValidationError):
            history.posts = _POSTS.validate_json(path.read_bytes())
        return history

    def write(self) -> None:
        """Write the file, if that is possible."""
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self.posts, sort_keys=True, indent=1)
            write_whole(self.path, text.encode("utf-8"))

    def note(self, job: Job, run: Run) -> None:
        """Take in a run that has ended well."""
        if run.failure is None:
            took = round(run.total_seconds, 3), float(run.memory)
            self.posts.setdefault(job.post.file, {})[_kind(job)] = took

    def seconds(self, job: Job) -> float:
        """Return how long a job will take."""
        return self._took(job)[0]

    def memory(self, job: Job) -> float:
        """Return how many bytes to set aside for a job."""
        return job.post.memory or self._took(job)[1] * HEADROOM

    def _took(self, job: Job) -> Took:
        known = self.posts.get(job.post.file, {})
        unknown = known.get("published", (UNKNOWN_SECONDS, UNKNOWN_MEMORY))
        return known.get(_kind(job), unknown)


def _kind(job: Job) -> str:
    return "published" if job.condition.kind == "published" else "trial"


@dataclass
class Queue:
    """The jobs that wait for a worker."""

    history: History
    memory: float
    """Bytes that all running jobs may use together."""
    waiting: list[Job] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.waiting)

    def add(self, jobs: Iterable[Job]) -> None:
        """Let jobs wait."""
        self.waiting += jobs

    def take(self, is_ready: Callable[[Job], bool], running: Iterable[Job]) -> Job | None:
        """Take the job to start now beside those that run; None to wait for one of them to end.

        One job may wait for its engine to be ready; others that can start at once go first. A GPU
        has one job at a time.
        """
        running = list(running)
        left = self.memory - sum(self.history.memory(job) for job in running)
        fitting = [job for job in self.waiting if not running or self.history.memory(job) <= left]
        if any(job.device == "gpu" for job in running):
            fitting = [job for job in fitting if job.device != "gpu"]
        someone_waits = not all(is_ready(job) for job in running)
        best = max(
            fitting,
            key=lambda job: (is_ready(job) or not someone_waits, self._chain(job)),
            default=None,
        )
        if best is not None:
            self.waiting.remove(best)
        return best

    def _chain(self, job: Job) -> float:
        """Return how long it takes from this job's start to the end of its post, at the least."""
        following = {"published": 3, "sham": 2, "curve": 1}.get(job.condition.kind, 0)
        return self.history.seconds(job) * (1 + following)
