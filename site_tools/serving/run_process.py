"""The process that runs one post for the preview, and writes a line of JSON for each event.

It is started before it is needed. It has its engine import what the post will probably import, and
waits for the post's name on its standard input. It ends with all its children when it is killed.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from site_tools.experiment.plan import Experiment, Job
from site_tools.model.errors import UserError
from site_tools.posts.reader import read_post
from site_tools.posts.snippets import Snippets
from site_tools.project import Project
from site_tools.running.engines import new_engine
from site_tools.running.options import Options
from site_tools.running.outcome import PostOutcome
from site_tools.running.pool import Pool
from site_tools.running.session import Session
from site_tools.running.workplace import workplace
from site_tools.sandbox import supervision
from site_tools.sandbox.interrupts import handle_interrupts


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
    """Run a post of the project that the command line names, with its options as JSON.

    The third argument is the post that will probably be run; the engine gets ready for it.
    """
    supervision.end_with_parent(os.getppid())
    handle_interrupts()
    root, options, likely = Path(sys.argv[1]), Options(**json.loads(sys.argv[2])), sys.argv[3]
    events = _Events()
    try:
        with workplace(new_engine(options, events.printed)) as place:
            with suppress(UserError):  # the post may have mistakes now, and be run without them
                place.start(_experiment(Project(root), likely).jobs[:1] if likely else ())
            gc.freeze()  # a collection of all that is imported takes a tenth of a second
            file = sys.stdin.readline().rstrip("\n")
            if not file:  # the preview has ended
                return 0
            project = Project(root)  # as it is now
            kept = project.store, project.history, project.last_runs
            shared = project.shared_store(options.store)
            session = Session(*kept, options, events, shared, root, place)
            session.run([_experiment(project, file)])
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        gc.unfreeze()  # the interpreter frees modules at its end, and nanobind says which not
    return 0


def _experiment(project: Project, file: str) -> Experiment:
    """Read a post and plan its runs; raises UserError when it cannot be read."""
    root = project.root
    snippets = Snippets(root / "snippets", root)
    limits = project.settings.options.size_limits
    post = read_post(root / file, root, snippets, limits, project.bibliography)
    return project.experiments([post])[0]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
