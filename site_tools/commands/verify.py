"""`elevenlines verify`: run every download by itself, as a reader would."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

from site_tools.atomic_write import write_whole
from site_tools.commands.printing import count, print_problems
from site_tools.commands.run import Options, cores, free_memory, run_posts, wanted_layers
from site_tools.downloads.bundle import downloads
from site_tools.downloads.notebook_cells import imprint_of
from site_tools.downloads.verification import Bench, checks, environments
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.project import Project, read_posts, select


def verify(project: Project, names: Sequence[str], options: Options, *, again: bool) -> int:
    """Run the downloads of the named posts, or of all; return 1 when one does not hold.

    Downloads that were verified as they are now are left out, unless `again`.
    """
    everything = read_posts(project)
    reading = select(project, everything, names)
    outcome = run_posts(project, reading, replace(options, evidence=False))
    verified = {} if again else _read(project)
    imprint = imprint_of(everything.posts, project.settings, project.licence)
    made = (_Made(post, run, downloads(post, run, imprint)) for post, run in outcome.published)
    new = [one for one in made if verified.get(one.post.slug) != one.digest]
    problems = [*outcome.problems, *(_verify(project, new, options) if new else [])]
    as_before = len(outcome.published) - len(new)
    print(f"{count(len(new), 'post')} verified, {as_before:,} as before.")
    _say_what_was_not_tried(outcome.published)
    return 1 if problems else 0


@dataclass(frozen=True, slots=True)
class _Made:
    """A post with its downloads."""

    post: Post
    run: Run
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """Return what changes when there is something to verify again."""
        digest = hashlib.sha256(repr((sys.version, self.run.values)).encode("utf-8"))
        for name, data in sorted(self.files.items()):
            if name.endswith((".py", ".ipynb")):
                digest.update(f"\0{name}\0{len(data)}\0".encode())
                digest.update(data)
        return digest.hexdigest()


def _verify(project: Project, new: Sequence[_Made], options: Options) -> list[Problem]:
    """Run downloads, say how each post fared, and note those with which all is well."""
    workers = options.jobs or cores()
    memory = free_memory() // workers
    bench = Bench(project.environments, wanted_layers(options), options.timeout, memory)
    problems: list[Problem] = []
    pool = ThreadPoolExecutor(workers)
    try:
        # Environments first: a check that waits for its own keeps a worker from other work.
        needed = sorted({wanted for one in new for wanted in environments(one.run)})
        made = [pool.submit(bench.environments.python, wanted) for wanted in needed]
        begun = []
        for one in new:
            todo = checks(one.post, one.run, one.files, bench)
            begun.append((one, [pool.submit(list, check()) for check in todo]))
        for environment in made:
            environment.result()
        for one, told in begun:
            found = [replace(fault, post=one.post.file) for each in told for fault in each.result()]
            print_problems(found)
            problems += found
            if not found:
                _note(project, one)
                print(f"{one.post.file:<32} {count(len(one.files), 'download')}", flush=True)
    finally:
        pool.shutdown(cancel_futures=True)
    return problems


def _say_what_was_not_tried(published: Sequence[tuple[Post, Run]]) -> None:
    if any("torch" in run.versions for _, run in published):
        what = "Not tried: the index for the CPU that torch posts name, which may be out of reach."
        print(f"{what} The heads of their scripts are well-formed.", file=sys.stderr)


def _read(project: Project) -> dict[str, str]:
    """Return the digest of what was verified last of each post, by its slug."""
    with suppress(OSError, ValueError):
        return dict(json.loads(project.verified.read_text(encoding="utf-8")))
    return {}


def _note(project: Project, one: _Made) -> None:
    noted = {**_read(project), one.post.slug: one.digest}
    project.verified.parent.mkdir(exist_ok=True)
    write_whole(project.verified, json.dumps(noted, sort_keys=True, indent=1).encode("utf-8"))
