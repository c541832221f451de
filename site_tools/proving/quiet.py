"""A reporter that prints nothing: the caller shows the result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from site_tools.experiment.plan import Job
from site_tools.running.outcome import PostOutcome

if TYPE_CHECKING:
    from site_tools.running.pool import Pool


class Quiet:
    """Is notified of everything, and prints nothing."""

    @contextmanager
    def executing(self, _pool: Pool, _expected: float) -> Iterator[None]:
        """Surround the execution of jobs."""
        yield

    def tick(self) -> None:
        """Do nothing."""

    def run_ended(self, _expected: float) -> None:
        """Do nothing."""

    def printed(self, _job: Job, _text: str) -> None:
        """Do nothing."""

    def post_ended(self, _outcome: PostOutcome) -> None:
        """Do nothing."""

    def warned(self, _text: str) -> None:
        """Do nothing."""
