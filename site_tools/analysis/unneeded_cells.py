"""Which cells of a program can be left out without changing a metric, judged by names alone.

The program is read from its end. A cell is needed if it binds or may change what the cells after
it read, or what the metrics read. This finds what to leave out, and proves nothing: random numbers,
files and side effects inside of libraries are not followed. The experiment runs the program without
these cells, and uses it only if it gives the published numbers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from site_tools.analysis.name_effects import Effects, ProgramNames
from site_tools.analysis.name_origins import read_by
from site_tools.analysis.syntax import parse

_ANYTHING = {"exec", "eval", "globals", "locals", "vars", "get_ipython", "__import__", "__main__"}
"""Names of what may read or change any name."""

_COSTS = ast.For | ast.AsyncFor | ast.While | ast.comprehension | ast.Import | ast.ImportFrom
"""What may take time worth saving."""


def unneeded_cells(
    trees: Sequence[ast.Module], metrics: Iterable[str], sampled: Iterable[str] = ()
) -> frozenset[int]:
    """Return the numbers, from 1, of the cells that nothing needs which is measured.

    Metrics are measured at the end of the program, `sampled` expressions while it trains: these may
    also have the local names of functions. No cells are returned if leaving them out would save no
    time: assignments, definitions, prints.
    """
    nodes = [node for tree in trees for node in ast.walk(tree)]
    if any(map(_may_do_anything, nodes)):
        return frozenset()
    names = ProgramNames(trees)
    if names.has_hidden_changes:
        return frozenset()
    asked = {name for text in metrics for name in read_by(parse(f"({text})"))}
    asked |= {name for text in sampled for name in read_by(parse(f"({text})"))} - names.local
    wanted = names.needed_by(asked)
    found = {}
    for number, tree in reversed(list(enumerate(trees, start=1))):
        effects = [names.effects(statement) for statement in tree.body]
        if _is_needed(effects, wanted, names):
            for effect in reversed(effects):
                wanted = _before(effect, wanted, names)
        elif tree.body:
            found[number] = tree
    takes_time = any(_takes_time(tree, names) for tree in found.values())
    return frozenset(found) if takes_time else frozenset()


def _is_needed(effects: Sequence[Effects], wanted: frozenset[str], names: ProgramNames) -> bool:
    """Return whether any statement of a cell changes what is wanted after the cell."""
    return any(
        effect.is_setting or effect.binds & wanted or names.meets(effect.changes, wanted)
        for effect in effects
    )


def _before(effect: Effects, wanted: frozenset[str], names: ProgramNames) -> frozenset[str]:
    """Return what is wanted before a statement that runs, by what is wanted after it."""
    return (wanted - effect.replaces) | names.needed_by(effect.reads)


def _takes_time(tree: ast.Module, names: ProgramNames) -> bool:
    return any(
        isinstance(node, _COSTS)
        or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in names.defined)
        for statement in tree.body
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
    )


def _may_do_anything(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom | ast.Import):
        return any(alias.name in {"*", "__main__"} for alias in node.names)
    return isinstance(node, ast.Name) and node.id in _ANYTHING
