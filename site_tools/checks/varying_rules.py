"""Rules for what varies from run to run: no seed may, and no order that is printed."""

from __future__ import annotations

from collections.abc import Iterator

from site_tools.analysis.varying.program import follow
from site_tools.analysis.varying.sources import MEANINGS
from site_tools.model.errors import Problem
from site_tools.model.post import Post


def varying_problems(post: Post) -> Iterator[Problem]:
    """Yield seeds that come from the clock, a hash and the like, and sets that are printed."""
    found = follow(post.sources)
    for printed in found.printed:
        place = post.place_in_code(printed.cell, printed.line)
        what = f"`{printed.text}` prints a set of strings, whose order CHANGES from run to run."
        yield Problem(place, what, "Print it sorted: `print(sorted(…))`.")
    for seed in found.seeds:
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
