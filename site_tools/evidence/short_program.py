"""Whether a program without the cells that no claim needs gives the published numbers.

If it does, the trials of an experiment execute it in place of the whole program: what it shows of
its numbers, it shows of the published ones.
"""

from __future__ import annotations

from collections.abc import Mapping

from site_tools.evidence.statistics import repeats
from site_tools.model.claim import PUBLISHED, Claim, Condition
from site_tools.model.post import Post
from site_tools.model.run import Run

Runs = Mapping[Condition, Run]


def gives_the_same(post: Post, runs: Runs) -> bool | None:
    """Return whether the short program gives each published number; None while that is unknown.

    It must learn by some of the updates by which the whole program learns.
    """
    found = [_is_repeated(claim, runs) for claim in post.claims]
    return None if None in found else all(found)


def _is_repeated(claim: Claim, runs: Runs) -> bool | None:
    short, published = runs.get(claim.condition("short")), runs.get(PUBLISHED)
    if short is None or published is None:
        return None
    number = None if short.failure else short.number(claim.metric)
    same = repeats(published.number(claim.metric), number, claim.goal, short.device)
    return same and bool(short.trace.learning)


def reference(post: Post, claim: Claim, runs: Runs) -> Condition:
    """Return the sham that executes what the trials of a claim execute."""
    return claim.condition("short" if gives_the_same(post, runs) else "sham")
