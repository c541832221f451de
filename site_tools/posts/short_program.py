"""The program of a post without the cells that no claim needs: figures, and further trainings.

The published run and the sham execute the whole program. All other runs of an experiment measure
what claims name, dozens of times: they execute the short program, if it gives the published numbers
too. So the numbers that a page shows are those of the whole program, and what judges them is one
that gives the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

from site_tools.analysis.syntax import PROGRAMS, parse_program
from site_tools.analysis.unneeded_cells import unneeded_cells
from site_tools.model.post import Post


def left_out(post: Post) -> frozenset[int]:
    """Return the numbers, from 1, of the cells that no claim of a post needs.

    None if they take no time. A cell that is meant to raise is kept, and so is all of a program
    that is no post.
    """
    if post.launch or not post.claims:
        return frozenset()
    metrics = frozenset(claim.metric for claim in post.claims)
    sampled = frozenset(claim.sampled for claim in post.claims)
    return _left_out(tuple(post.sources), metrics, sampled) - set(post.raising)


@lru_cache(maxsize=PROGRAMS)
def _left_out(
    cells: tuple[str, ...], metrics: frozenset[str], sampled: frozenset[str]
) -> frozenset[int]:
    return unneeded_cells(parse_program(cells), metrics, sampled)


def shortened(post: Post, cells: Sequence[str], unneeded: Collection[int]) -> tuple[str, ...]:
    """Return the cells of a program, with the `unneeded` ones empty.

    `cells` are those of the post, or of a variant; a variant that changes one of those cells is
    returned unchanged.
    """
    numbered = list(enumerate(zip(cells, post.sources, strict=True), start=1))
    if any(cell != own for number, (cell, own) in numbered if number in unneeded):
        return tuple(cells)
    return tuple("" if number in unneeded else cell for number, (cell, _) in numbered)
