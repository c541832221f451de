"""`elevenlines verify`: run every download in an environment of its own."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

from site_tools.atomic_write import write_whole
from site_tools.commands.printing import print_problems
from site_tools.commands.run import run_posts
from site_tools.downloads.bundle import downloads
from site_tools.downloads.notebook_cells import imprint_of
from site_tools.downloads.program_run import ProgramRunner
from site_tools.downloads.verification import checks, environments
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.text import count
from site_tools.project import Project, read_posts, select
from site_tools.running.limits import free_memory
from site_tools.running.session import Options, wanted_layers, workers


def verify(project: Project, names: Sequence[str], options: Options, *, again: bool) -> int:
    """Run the downloads of the named posts, or of all; return 1 when one has a problem.

    Downloads that have not changed since they were verified are skipped, unless `again`.
    """
    everything = read_posts(project)
    reading = select(project, everything, names)
    outcome = run_posts(project, reading, replace(options, evidence=False))
    verified = {} if again else _read_digests(project)
    imprint = imprint_of(everything.posts, project.settings, project.licence)
    made = (_Downloads(post, run, downloads(post, run, imprint)) for post, run in outcome.published)
    changed = [one for one in made if verified.get(one.post.slug) != one.digest]
    problems = [*outcome.problems, *(_verify(project, changed, options) if changed else [])]
    unchanged = len(outcome.published) - len(changed)
    print(f"{count(len(changed), 'post')} verified, {unchanged:,} unchanged.")
    _print_untested(outcome.published)
    return 1 if problems else 0


@dataclass(frozen=True, slots=True)
class _Downloads:
    """The downloads of a post."""

    post: Post
    run: Run
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """Return a hash of everything that a verification depends on."""
        digest = hashlib.sha256(repr((sys.version, self.run.values)).encode("utf-8"))
        for name, data in sorted(self.files.items()):
            if name.endswith((".py", ".ipynb")):
                digest.update(f"\0{name}\0{len(data)}\0".encode())
                digest.update(data)
        return digest.hexdigest()


def _verify(project: Project, changed: Sequence[_Downloads], options: Options) -> list[Problem]:
    """Run downloads, print the result of each post, and record the posts without problems."""
    at_a_time = workers(options)
    memory = free_memory() // at_a_time
    runner = ProgramRunner(project.environments, wanted_layers(options), options.timeout, memory)
    problems: list[Problem] = []
    pool = ThreadPoolExecutor(at_a_time)
    try:
        # Environments first: a check that waits for its environment would block a worker.
        needed = sorted({wanted for one in changed for wanted in environments(one.run)})
        made = [pool.submit(runner.environments.python, wanted) for wanted in needed]
        submitted = []
        for one in changed:
            todo = checks(one.post, one.run, one.files, runner)
            submitted.append((one, [pool.submit(list, check()) for check in todo]))
        for environment in made:
            environment.result()
        for one, results in submitted:
            found = [problem for result in results for problem in result.result()]
            print_problems(found)
            problems += [replace(problem, post=one.post.file) for problem in found]
            if not found:
                _record(project, one)
                print(f"{one.post.file:<32} {count(len(one.files), 'download')}", flush=True)
    finally:
        pool.shutdown(cancel_futures=True)
    return problems


def _print_untested(published: Sequence[tuple[Post, Run]]) -> None:
    if any("torch" in run.versions for _, run in published):
        what = "Not tested: torch posts name a package index for the CPU, which was not contacted."
        print(f"{what} Only the syntax of that entry was checked.", file=sys.stderr)


def _read_digests(project: Project) -> dict[str, str]:
    """Return the digests of the downloads that were verified last, by slug."""
    with suppress(OSError, ValueError, RecursionError):
        digests = json.loads(project.verified.read_text(encoding="utf-8"))
        return digests if isinstance(digests, dict) else {}
    return {}


def _record(project: Project, one: _Downloads) -> None:
    digests = {**_read_digests(project), one.post.slug: one.digest}
    project.verified.parent.mkdir(exist_ok=True)
    write_whole(project.verified, json.dumps(digests, sort_keys=True, indent=1).encode("utf-8"))
