"""The process that runs one post for the preview, and writes a line of JSON for each event.

It is started before it is needed, and waits for the post's name on its standard input.

It has no thread when it starts the fork server, and ends with all its children when it is killed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from site_tools.experiment.plan import Job
from site_tools.model.errors import UserError
from site_tools.posts.reader import read_post
from site_tools.posts.snippets import Snippets
from site_tools.project import Project
from site_tools.running.options import Options
from site_tools.running.outcome import PostOutcome
from site_tools.running.pool import Pool
from site_tools.running.session import Session
from site_tools.sandbox import supervision
from site_tools.sandbox.termination import terminate_as_interrupt


class _Events:
    """Writes what happens in a session."""

    @contextmanager
    def executing(self, pool: Pool, expected: float) -> Iterator[None]:  # noqa: ARG002
        yield

    def tick(self) -> None:
        """Write nothing: the parent has its own clock."""

    def run_ended(self, expected: float) -> None:  # noqa: ARG002
        _tell(kind="run")

    def printed(self, job: Job, text: str) -> None:  # noqa: ARG002
        _tell(kind="printed", text=text)

    def post_ended(self, outcome: PostOutcome) -> None:
        run = outcome.published
        stored = run is not None and (run.failure is None or run.failure.repeatable)
        problems = [
            {"line": problem.place.line, "file": problem.place.file, "within": problem.place.within,
             "what": problem.what, "remedy": problem.remedy}
            for problem in outcome.problems
        ]  # fmt: skip
        _tell(kind="ended", problems=[] if stored else problems)

    def warned(self, text: str) -> None:
        print(text, file=sys.stderr)


def _tell(**event: Any) -> None:
    print(json.dumps(event), flush=True)


def main() -> int:
    """Run a post of the project that the command line names, with its options as JSON."""
    supervision.end_with_parent(os.getppid())
    terminate_as_interrupt()
    root, options = Path(sys.argv[1]), Options(**json.loads(sys.argv[2]))
    file = sys.stdin.readline().rstrip("\n")
    if not file:  # the preview has ended
        return 0
    project = Project(root)
    snippets = Snippets(root / "snippets", root)
    limits = project.settings.options.size_limits
    post = read_post(root / file, root, snippets, limits, project.bibliography)
    try:
        shared = project.shared_store(options.store)
        session = Session(
            project.store, project.history, project.last_runs, options, _Events(), shared, root
        )
        session.run(project.experiments([post]))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
