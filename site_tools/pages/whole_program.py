"""The whole program of a post as a listing that runs alone.

The cells of the program come with every other cell that binds what they read, in the order of the
post. Only the program's own lines are numbered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from site_tools.downloads.cell_names import CellNames
from site_tools.model.post import Post
from site_tools.posts.walkthrough import Program


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive lines of the listing."""

    text: str
    first: int
    """The number of the first line in the program; 0 for what the program takes from elsewhere."""


def listing(post: Post, program: Program) -> list[Part]:
    """Return the program and what it takes from other cells, in the order in which they ran."""
    parts: list[Part] = []
    order = sorted(program.cells | borrowed(post.sources, program.cells))
    for own, cells in groupby(order, key=program.cells.__contains__):
        if own:
            parts.append(_own(program, list(cells)))
        else:
            parts.append(Part("\n\n".join(post.sources[cell - 1].strip("\n") for cell in cells), 0))
    return parts


def _own(program: Program, cells: Sequence[int]) -> Part:
    numbers = [i for i, line in enumerate(program.lines, 1) if line.cell in cells]
    return Part(program.text(numbers[0], numbers[-1]), numbers[0])


def borrowed(sources: Sequence[str], cells: set[int]) -> set[int]:
    """Return the other cells, counted from 1, that bind what some cells read, directly or not."""
    names = [CellNames(source) for source in sources]
    found, before = set(cells), -1
    while len(found) > before:
        before = len(found)
        for reader in sorted(found):
            for name in names[reader - 1].reads:
                found |= set(_binding(names, name, reader, found))
    return found - cells


def _binding(names: Sequence[CellNames], name: str, reader: int, found: set[int]) -> Iterator[int]:
    """Yield the cells to add so that a name is bound when a cell reads it.

    What comes later can be read only by a function that is called later still, so an earlier cell
    is preferred. One that changes a value in place belongs to it.
    """
    binds = [cell for cell, own in enumerate(names, 1) if name in own.binds]
    earlier = [cell for cell in binds if cell < reader]
    if found.intersection(earlier):
        return
    if earlier:
        yield from earlier
        yield from (c for c in range(earlier[0], reader) if name in names[c - 1].changes)
    elif binds and not found.intersection(binds):
        yield binds[0]
