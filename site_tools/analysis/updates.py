"""Which statements of a program are updates.

`freeze: [syn0]` names what learns. An update is a statement that changes something of that name,
again and again, in a way that depends on what it changed before.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from site_tools.analysis.changes import Found, constants, find
from site_tools.analysis.syntax import parse_program, shorten, words
from site_tools.analysis.targets import last_name, names_of

_COPIES = {"copy", "deepcopy", "clone", "detach", "data"}
"""Attributes and methods that may come between weights and their copy."""


@dataclass(frozen=True, slots=True)
class Site:
    """An update: its location, and which of its names the list holds."""

    number: int
    cell: int
    """The code cell, counted from 1."""
    line: int
    """The line in that cell, counted from 1."""
    name: str
    text: str
    """The statement's first line, shortened."""
    binds: bool
    """Whether it may be the first to bind its target: then it runs."""


def _is_update(one: Found, same: list[Found], *, tallies: bool) -> bool:
    """Return whether a statement that changes a listed name is an update.

    `same` are all statements that change that name; with `tallies`, counting is learning.
    """
    learns = [other for other in same if other.feeds_back or tallies]
    if not learns or not (one in learns or one.from_itself):
        return False
    if one.from_itself:
        elsewhere = any(other.repeats for other in learns)
        return one.repeats or (not one.function and not elsewhere)
    if isinstance(one.target, ast.Name):
        return bool(one.loops) or one.target.id in one.outer
    return one.repeats


def updates_in(
    trees: Sequence[ast.Module], freeze: Collection[str], tally: Collection[str] = ()
) -> list[tuple[Found, str]]:
    """Return the updates of the listed names in the order of the program, each with its name."""
    found = find(trees)
    chosen: dict[tuple[int, int], tuple[Found, str]] = {}
    for name in [*freeze, *tally]:
        same = [one for one in found if name in one.names]
        for one in same:
            if _is_update(one, same, tallies=name in tally):
                chosen.setdefault((id(one.node), id(one.target)), (one, name))
    learned = {name for one, _ in chosen.values() for name in one.names}
    literals = constants(found)
    for name in freeze:
        for one in [one for one in found if name in one.names]:
            if follows(one, learned, literals):
                chosen.setdefault((id(one.node), id(one.target)), (one, name))
    return sorted(chosen.values(), key=lambda item: (item[0].cell, item[0].node.lineno))


def follows(one: Found, learned: set[str], literals: set[str]) -> bool:
    """Return whether a statement makes an average or a copy of weights, and of nothing else."""
    used = words(one.value) - set(names_of(one.target))
    if moves_on(one):
        return False
    return one.repeats and bool(used & learned) and used <= learned | literals | _COPIES


def moves_on(one: Found) -> bool:
    """Return whether a statement adds to its target whatever that holds, as `w = w + v` does."""
    own = set(names_of(one.target))
    if one.how == "augment":
        return not own & words(one.value)
    match one.value:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            plain = [side for side in (left, right) if last_name(side) == last_name(one.target)]
            return len(plain) == 1 and not any(
                own & words(s) for s in (left, right) if s not in plain
            )
    return False


def sites(cells: Sequence[str], freeze: Collection[str], tally: Collection[str] = ()) -> list[Site]:
    """Return the updates of the listed names, in the order of the program."""
    return numbered(updates_in(parse_program(cells), freeze, tally), cells)


def numbered(updates: Sequence[tuple[Found, str]], cells: Sequence[str]) -> list[Site]:
    """Return a site for each statement, numbered from 0."""
    numbers: dict[int, Site] = {}
    for one, name in updates:
        if id(one.node) not in numbers:
            numbers[id(one.node)] = Site(
                number=len(numbers),
                cell=one.cell,
                line=one.node.lineno,
                name=name,
                text=shorten(cells[one.cell - 1].split("\n")[one.node.lineno - 1]),
                binds=not one.from_itself,
            )
    return list(numbers.values())


def changes(cells: Sequence[str], name: str) -> list[Site]:
    """Return every statement that changes a name, update or not."""
    found = find(parse_program(cells))
    return numbered([(one, name) for one in found if name in one.names], cells)


def owned_by(cells: Sequence[str], owner: str) -> list[Site]:
    """Return the updates of what a name owns: of `p.value -= …` p owns value."""
    trees = parse_program(cells)
    names = {one.names[0] for one in find(trees) if owner in _owners(one.target)}
    owned = [item for item in updates_in(trees, sorted(names)) if owner in _owners(item[0].target)]
    return numbered(owned, cells)


def _owners(target: ast.expr) -> set[str]:
    """Return the names before the last dot: of `layer.weight.value` they are layer and weight."""
    return words(target.value) if isinstance(target, ast.Attribute) else set()


def changed_names(cells: Sequence[str]) -> set[str]:
    """Return every name that `freeze` could list."""
    found = find(parse_program(cells))
    return {name for one in found for name in one.names}


def assignments(cells: Sequence[str], names: Collection[str]) -> list[Site]:
    """Return the top-level assignments of these names, which `set` and `shuffle` can reach."""
    found = find(parse_program(cells))
    chosen = [(one, name) for one in found for name in names if _binds(one, name)]
    return numbered(chosen, cells)


def _binds(one: Found, name: str) -> bool:
    is_name = isinstance(one.target, ast.Name) and one.target.id == name
    return is_name and one.how == "assign" and not one.function
