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
from site_tools.evidence.verdict import JudgedPost
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.text import count
from site_tools.project import Project, read_posts, select
from site_tools.running.limits import free_memory, timeout_of
from site_tools.running.options import Options, wanted_layers, workers

VERSION = 2
"""Raise it when verification becomes stricter: all downloads are verified again."""


def verify(project: Project, names: Sequence[str], options: Options, *, again: bool) -> int:
    """Run the downloads of the named posts, or of all; return 1 when one has a problem.

    Downloads that have not changed since they were verified are skipped, unless `again`.
    """
    everything = read_posts(project)
    reading = select(project, everything, names)
    outcome = run_posts(project, reading, options)
    verified = {} if again else _read_digests(project)
    imprint = imprint_of(everything.posts, project.settings, project.licence)
    judged = [one for one in outcome.judged if one.run.device == "cpu"]
    made = (_Downloads(one, downloads(one, imprint)) for one in judged)
    changed = [one for one in made if verified.get(one.post.slug) != one.digest]
    problems = [problem for problem in outcome.problems if not problem.for_readers]
    problems += _verify(project, changed, options) if changed else []
    unchanged = len(judged) - len(changed)
    failed = {problem.post for problem in problems}
    passed = [one for one in changed if one.post.file not in failed]
    _print_total(len(passed), unchanged, len(failed))
    _print_untested(outcome.judged)
    return 1 if problems else 0


@dataclass(frozen=True, slots=True)
class _Downloads:
    """The downloads of a post."""

    judged: JudgedPost
    files: Mapping[str, bytes]

    @property
    def post(self) -> Post:
        """Return the post."""
        return self.judged.post

    @property
    def run(self) -> Run:
        """Return the published run, whose numbers the page shows."""
        return self.judged.run

    @property
    def digest(self) -> str:
        """Return a hash of everything that a verification depends on."""
        known = (VERSION, sys.version, self.run.values)
        digest = hashlib.sha256(repr(known).encode("utf-8"))
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
            own = replace(runner, timeout=timeout_of(one.post, options.timeout))
            todo = checks(one.judged, one.files, own)
            submitted.append((one, [pool.submit(list, check()) for check in todo]))
        for environment in made:
            environment.result()
        for one, results in submitted:
            found = [problem for result in results for problem in result.result()]
            print_problems(found)
            problems += [replace(problem, post=one.post.file) for problem in found]
            _record(project, one, verified=not found)
            if not found:
                print(f"{one.post.file:<32} {count(len(one.files), 'download')}", flush=True)
    finally:
        pool.shutdown(cancel_futures=True)
    return problems


def _print_total(verified: int, unchanged: int, failed: int) -> None:
    also = f", {failed:,} not verified" if failed else ""
    print(f"{count(verified, 'post')} verified, {unchanged:,} unchanged{also}.")


def _print_untested(judged: Sequence[JudgedPost]) -> None:
    for one in judged:
        if one.run.device == "gpu":
            what = "its downloads are not verified: they would need the machine of its runs."
            print(f"{one.post.place_of('device')}: {what}", file=sys.stderr)
    if any("torch" in one.run.versions for one in judged if one.run.device == "cpu"):
        what = "Not tested: torch posts name a package index for the CPU, which was not contacted."
        print(f"{what} Only the syntax of that entry was checked.", file=sys.stderr)


def _read_digests(project: Project) -> dict[str, str]:
    """Return the digests of the downloads that were verified last, by slug.

    A file of another shape counts as absent.
    """
    found: object = None
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(project.verified.read_bytes())
    if not isinstance(found, dict):
        return {}
    return {slug: digest for slug, digest in found.items() if isinstance(digest, str)}


def _record(project: Project, one: _Downloads, *, verified: bool) -> None:
    """Record whether downloads are verified; an earlier success does not outlive a failure."""
    before = _read_digests(project)
    digests = {slug: digest for slug, digest in before.items() if slug != one.post.slug}
    if verified:
        digests[one.post.slug] = one.digest
    if digests != before:
        project.verified.parent.mkdir(exist_ok=True)
        write_whole(project.verified, json.dumps(digests, sort_keys=True, indent=1).encode("utf-8"))
