"""Rules for seeds: none of them may vary from run to run, or readers see other numbers."""

from __future__ import annotations

from collections.abc import Iterator

from site_tools.analysis.varying.program import follow
from site_tools.analysis.varying.sources import MEANINGS
from site_tools.model.errors import Problem
from site_tools.model.post import Post


def seed_problems(post: Post) -> Iterator[Problem]:
    """Yield the seeds that come from the clock, the process, a hash or an order that varies."""
    for seed in follow(post.sources).seeds:
        source = seed.source
        meaning = MEANINGS[source.kind]
        own, origin = (post.place_in_code(x.cell, x.line) for x in (seed, source))
        there = f"line {origin.line}" if origin.file == own.file else str(origin)
        where = "" if origin == own else f" ({there})"
        what = (
            f"`{seed.text}` gets a seed that CHANGES from run to run: "
            f"`{source.text}`{where} is {meaning.is_what}."
        )
        yield Problem(own, what, meaning.seed_remedy)
