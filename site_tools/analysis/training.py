"""Which loops and functions of a program train: they contain an update, or call what does."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from site_tools.analysis.syntax import called_name

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_TRAINS = {"step", "backward", "grad"}
"""What torch's updates are called."""


def trains(place: ast.AST, updates: Collection[int], functions: Collection[str]) -> bool:
    """Return whether a piece of code, or a function that it calls, contains an update.

    `updates` are the identities of the statements that update something.
    """
    for node in ast.walk(place):
        if id(node) in updates:
            return True
        if isinstance(node, ast.Call) and called_name(node) in functions:
            return True
    return False


def training_functions(trees: Sequence[ast.Module], updates: set[int]) -> set[str]:
    """Return the names of functions that update something, or call one that does."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    functions = [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return with_callers(functions, _TRAINS, updates)


def with_callers(
    functions: Sequence[Definition], names: Collection[str], updates: Collection[int] = frozenset()
) -> set[str]:
    """Return these names, and those of the functions that update something or call any of them."""
    found, before = set(names), -1
    while len(found) > before:
        before = len(found)
        found |= {f.name for f in functions if trains(f, updates, found)}
    return found


def training_places(trees: Sequence[ast.Module], updates: set[int]) -> list[tuple[int, int]]:
    """Return the cells and lines of the statements at top level that train, or call what does."""
    functions = training_functions(trees, updates)
    return [
        (cell, statement.lineno)
        for cell, tree in enumerate(trees, start=1)
        for statement in tree.body
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and trains(statement, updates, functions)
    ]


def training_loops(trees: Sequence[ast.Module], updates: set[int]) -> list[ast.For | ast.While]:
    """Return the loops that train."""
    functions = training_functions(trees, updates)
    return [loop for loop in loops_of(trees) if trains(loop, updates, functions)]


def loops_of(trees: Sequence[ast.Module]) -> list[ast.For | ast.While]:
    """Return all loops of a program. Their order numbers them, whatever is to be done to it."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return [node for node in nodes if isinstance(node, ast.For | ast.While)]
