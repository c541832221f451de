"""Which runs judge a post, found from its program and its claims. Pure.

To find them takes some 0.1 s for a post, as the data flow of its program is followed. So a project
keeps them, under a digest of what they depend on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from site_tools.evidence.further_controls import further_conditions
from site_tools.evidence.tried_lists import conditions_to_try
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.post import Post
from site_tools.model.source import Place
from site_tools.posts.short_program import left_out

_NOWHERE = Place("", 0)


@dataclass(frozen=True, slots=True)
class Needs:
    """The conditions of the runs that judge a post, and which cells most of them leave out."""

    conditions: tuple[Condition, ...]
    """The published run first; without those of the short program."""
    tried: tuple[Condition, ...]
    """Those of them that try what claims could list."""
    left_out: tuple[int, ...]
    """The cells that no claim needs, counted from 1."""


def needs_of(post: Post) -> Needs:
    """Return which runs judge a post."""
    claims = post.claims
    curves = [claim.condition(kind) for claim in claims for kind in ("curve", "flat")]
    own = [condition for claim in claims for condition in claim.conditions]
    further = [condition for claim in claims for condition in further_conditions(post, claim)]
    tried = [condition for claim in claims for condition in conditions_to_try(post, claim)]
    return Needs(
        tuple(dict.fromkeys([PUBLISHED, *curves, *own, *further, *tried])),
        tuple(dict.fromkeys(tried)),
        tuple(sorted(left_out(post))),
    )


def made_of(post: Post) -> str:
    """Return all that these runs depend on, as text."""
    claims = [replace(claim, place=_NOWHERE) for claim in post.claims]
    return repr((post.sources, post.raising, claims, post.launch))
