"""Whether prose can be read in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from site_tools.model.errors import BadPost, Problem
from site_tools.model.source import Cell
from site_tools.posts.markdown_ends import TOO_INVOLVED, TOO_INVOLVED_REMEDY, TooInvolved
from site_tools.posts.markdown_parser import parse


def check_readable(cells: Iterable[Cell]) -> None:
    """Raise BadPost for cells of prose that would take too long to read."""
    if problems := list(_problems(cells)):
        raise BadPost(problems)


def _problems(cells: Iterable[Cell]) -> Iterator[Problem]:
    for cell in cells:
        try:
            parse(cell.source)
        except TooInvolved as error:
            place = cell.lines[min(error.line, len(cell.lines) - 1)].place
            yield Problem(place, TOO_INVOLVED, TOO_INVOLVED_REMEDY)
