"""Lines of a post's code → words, such as `lines 10 and 11 of the program and of block 12`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from site_tools.model.text import count, listed
from site_tools.posts.walkthrough import Program

_FEW = 2
"""Places whose lines are named one by one."""


def lines_in_words(lines: Iterable[tuple[int, int]], program: Program | None) -> str:
    """Name lines, each once; those of more than two places are only counted.

    Takes code cell and line, both counted from 1. Lines of an explained program have its numbers,
    others those of their block.
    """
    places: dict[int, set[int]] = {}
    for cell, line in sorted(set(lines)):
        number = program.number(cell, line) if program else 0
        places.setdefault(0 if number else cell, set()).add(number or line)
    if len(places) > _FEW:
        return f"{count(sum(map(len, places.values())), 'line')} in {len(places)} places"
    alike: dict[tuple[int, ...], list[int]] = {}
    for cell, numbers in places.items():
        alike.setdefault(tuple(sorted(numbers)), []).append(cell)
    if list(places) == [0]:
        return _numbers(*alike)
    return listed(f"{_numbers(numbers)} of {_of(cells)}" for numbers, cells in alike.items())


def _numbers(numbers: Sequence[int]) -> str:
    return f"{'line' if len(numbers) == 1 else 'lines'} {listed(map(str, numbers))}"


def _of(cells: Sequence[int]) -> str:
    """Return `the program and of block 12`, `blocks 3 and 5`; cell 0 is the program."""
    blocks = [str(cell) for cell in cells if cell]
    if not blocks:
        return "the program"
    named = f"{'block' if len(blocks) == 1 else 'blocks'} {listed(blocks)}"
    return named if len(blocks) == len(cells) else f"the program and of {named}"
