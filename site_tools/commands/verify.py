"""`elevenlines verify`: run every download by itself, as a reader would."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

from site_tools.book import Imprint, addresses_of
from site_tools.commands.check import count, print_problems
from site_tools.commands.run import Options, cores, free_memory, run_posts, wanted_layers
from site_tools.downloads import downloads
from site_tools.errors import Problem
from site_tools.post import Post, Run
from site_tools.project import Project, read_posts, select
from site_tools.store import write_whole
from site_tools.verification import Bench, checks


def verify(project: Project, names: Sequence[str], options: Options, *, again: bool) -> int:
    """Run the downloads of the named posts, or of all; return 1 when one does not hold.

    Downloads that were verified as they are now are left out, unless `again`.
    """
    everything = read_posts(project)
    reading = select(project, everything, names)
    outcome = run_posts(project, reading, replace(options, evidence=False))
    verified = {} if again else _read(project)
    workers = options.jobs or cores()
    memory = free_memory() // workers
    bench = Bench(project.environments, wanted_layers(options), options.timeout, memory)
    problems = list(outcome.problems)
    settings = project.settings
    addresses = addresses_of(everything.posts, settings.site_url)
    imprint = Imprint(addresses, settings.site_name, project.licence, settings.made)
    done = 0
    for post, run in outcome.published:
        files = downloads(post, run, imprint)
        digest = _digest(files, run)
        if verified.get(post.slug) == digest:
            continue
        done += 1
        found = _problems(post, run, files, bench, workers)
        print_problems(found)
        problems += found
        if not found:
            _note(project, post, digest)
            print(f"{post.file:<32} {count(len(files), 'download')}", flush=True)
    print(f"{count(done, 'post')} verified, {len(outcome.published) - done:,} as before.")
    _say_what_was_not_tried(outcome.published)
    return 1 if problems else 0


def _problems(
    post: Post, run: Run, files: Mapping[str, bytes], bench: Bench, workers: int
) -> list[Problem]:
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(lambda check: list(check()), checks(post, run, files, bench))
        return [replace(problem, post=post.file) for problems in found for problem in problems]


def _say_what_was_not_tried(published: Sequence[tuple[Post, Run]]) -> None:
    if any("torch" in run.versions for _, run in published):
        what = "Not tried: the index for the CPU that torch posts name, which may be out of reach."
        print(f"{what} The heads of their scripts are well-formed.", file=sys.stderr)


def _digest(files: Mapping[str, bytes], run: Run) -> str:
    digest = hashlib.sha256(repr((sys.version, run.values)).encode("utf-8"))
    runnable = {name: data for name, data in files.items() if name.endswith((".py", ".ipynb"))}
    for name, data in sorted(runnable.items()):
        digest.update(f"\0{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _read(project: Project) -> dict[str, str]:
    """Return the digest of what was verified last of each post, by its slug."""
    with suppress(OSError, ValueError):
        return dict(json.loads(project.verified.read_text(encoding="utf-8")))
    return {}


def _note(project: Project, post: Post, digest: str) -> None:
    noted = {**_read(project), post.slug: digest}
    project.verified.parent.mkdir(exist_ok=True)
    write_whole(project.verified, json.dumps(noted, sort_keys=True, indent=1).encode("utf-8"))
