"""Which changes of a program only draw the weights that it starts with in another way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from site_tools.analysis.source_edits import Edit, Position, end_of, start_of
from site_tools.analysis.syntax import called_name, words
from site_tools.analysis.targets import flat, word_of

_OF_A_RANGE = re.compile("uniform|normal|truncated_normal")
"""Calls with two numbers that say what is drawn; how much is drawn comes behind."""

_OF_A_SIZE = re.compile("randn|rand|standard_normal|random")
"""Calls whose arguments say only how much is drawn."""

_OF_ONE = re.compile("gauss|normalvariate")
"""Calls that draw one number."""


def draws_in(value: ast.expr) -> list[ast.Call]:
    """Return the calls that draw the numbers of a value, without those inside of others."""
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call) and is_draw(node)]
    inner = {id(node) for call in calls for node in ast.walk(call) if node is not call}
    return [call for call in calls if id(call) not in inner]


def changed_starts(node: ast.stmt, edits: Sequence[Edit]) -> tuple[str, ...]:
    """Return the names that a changed statement draws, as many numbers for each as before.

    Empty if it draws none, makes a value of an old one, or if the change may be one of a size.
    """
    if not isinstance(node, ast.Assign):
        return ()
    calls = draws_in(node.value)
    names = tuple(word_of(part) for target in node.targets for part in flat(target))
    if not calls or words(node.value).intersection(names):
        return ()
    sizes = [(start_of(size), end_of(size)) for call in calls for size in sizes_of(call)]
    return () if any(_meets(edit, size) for edit in edits for size in sizes) else names


def is_draw(call: ast.Call) -> bool:
    """Return whether a call draws numbers at random from a range."""
    kinds = (_OF_A_RANGE, _OF_A_SIZE, _OF_ONE)
    known = any(kind.fullmatch(called_name(call)) for kind in kinds)
    return known and bool(call.args or call.keywords)


def sizes_of(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the arguments that say how many numbers are drawn."""
    yield from (given.value for given in call.keywords if given.arg in {"size", "shape"})
    if _OF_A_SIZE.fullmatch(called_name(call)):
        yield from call.args
    elif _OF_A_RANGE.fullmatch(called_name(call)):
        yield from call.args[2:]


def _meets(edit: Edit, place: tuple[Position, Position]) -> bool:
    return edit.start < place[1] and place[0] < edit.end
