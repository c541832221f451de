"""Posts and store → what is known, and what must still run. Pure but for reading the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from site_tools.keys import Key, key_of
from site_tools.packages import Pins, distributions_of, with_dependencies
from site_tools.post import Post, Run
from site_tools.store import Store


@dataclass(frozen=True, slots=True)
class Job:
    """One run that a post needs, whether it is stored already or not."""

    post: Post
    key: Key
    packages: dict[str, str]
    """Pinned versions of the distributions that the post imports itself."""
    device: str


def jobs_for(posts: Iterable[Post], pins: Pins) -> list[Job]:
    """Return the run that each post needs.

    Raises BadProject when a package is not installed in its pinned version.
    """
    return [_job(post, pins) for post in posts]


def split(
    jobs: Iterable[Job], store: Store, *, retry: bool = False
) -> tuple[dict[Key, Run], list[Job]]:
    """Return the stored runs, and the jobs that have none.

    With `retry`, a stored failure counts as none.
    """
    stored: dict[Key, Run] = {}
    missing: list[Job] = []
    for job in jobs:
        run = store.load(job.key)
        if run is None or (retry and run.failure):
            missing.append(job)
        else:
            stored[job.key] = run
    return stored, missing


def _job(post: Post, pins: Pins) -> Job:
    own = distributions_of(post, pins)
    versions = with_dependencies(own, pins)
    packages = {name: pins[name] for name in own}
    device = "cpu" if post.device == "any" else post.device
    return Job(post, key_of(post, versions, device), packages, device)
