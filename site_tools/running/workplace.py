"""Where an engine works: an event loop, a temporary folder, and all processes that it starts."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_tools.experiment.plan import Job
from site_tools.running.engine import Engine
from site_tools.running.workspace import workshop
from site_tools.sandbox import supervision
from site_tools.sandbox.interrupts import interrupts_cancel_tasks


@dataclass(frozen=True, slots=True)
class Workplace:
    """What an engine has from its start to its end."""

    engine: Engine
    runner: asyncio.Runner
    """Runs all of its coroutines in one event loop."""
    folder: Path

    def start(self, jobs: Sequence[Job]) -> None:
        """Have the engine get ready for such jobs before any of them is to run."""
        self.run(self.engine.start(self.folder, jobs))

    def run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine; an interrupt cancels it."""
        with interrupts_cancel_tasks():
            self.runner.run(coroutine)


@contextmanager
def workplace(engine: Engine) -> Iterator[Workplace]:
    """Make a workplace; at its end close the engine and remove the folder.

    Orphans of jobs become children of this process, so that it can kill them in the end.
    """
    ours = supervision.children()
    supervision.adopt_orphans()
    try:
        with asyncio.Runner() as runner, workshop() as folder:
            place = Workplace(engine, runner, folder)
            try:
                yield place
            finally:
                place.run(engine.close())
    finally:
        supervision.sweep(ours)
        supervision.adopt_orphans(False)  # noqa: FBT003
