"""Which names a program leaves behind, found without running it."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator, Sequence

from site_tools.analysis.syntax import parse
from site_tools.checks.unbound_rules import BINDING_CALLS

_BINDING_CALLS = {*BINDING_CALLS, "get_ipython"}
"""The same, with the function of notebooks whose magics may bind names."""


def unbound(expression: str, cells: Sequence[str]) -> str:
    """Return the first name of an expression that the cells of a program bind nowhere at top level.

    It is empty if there is none, and if the cells may bind names that their text does not show.
    """
    nodes = [node for cell in cells for node in ast.walk(parse(cell))]
    if any(_binds_unseen_names(node) for node in nodes):
        return ""
    try:
        known = {*dir(builtins), "__name__", "__file__", "__doc__", *left_names(cells)}
    except SyntaxError:  # of a notebook's cell, which then raises
        return ""
    return next((name for name in _read(expression) if name not in known), "")


def left_names(cells: Sequence[str]) -> set[str]:
    """Return the names that cells bind at top level, also by a `global` in a function."""
    return {name for cell in cells for name in _left(cell)}


def binding_function(name: str, cells: Sequence[str]) -> str:
    """Return the first function of the cells that binds a name for itself; empty if none does."""
    for cell in cells:
        for table in _tables(symtable.symtable(cell, "program", "exec")):
            inside = table.get_type() == "function" and name in table.get_identifiers()
            if inside and table.lookup(name).is_local():
                return table.get_name()
    return ""


def _left(cell: str) -> Iterator[str]:
    top = symtable.symtable(cell, "program", "exec")
    for table in _tables(top):
        for symbol in table.get_symbols():
            is_bound = symbol.is_assigned() or symbol.is_imported()
            if is_bound and (table is top or symbol.is_declared_global()):
                yield symbol.get_name()


def _read(expression: str) -> Iterator[str]:
    """Yield the names that an expression takes from around it, sorted."""
    top = symtable.symtable(expression, "expression", "eval")
    names = {
        symbol.get_name()
        for table in _tables(top)
        for symbol in table.get_symbols()
        if symbol.is_referenced() and symbol.is_global()
    }
    yield from sorted(names - left_names([expression]))


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def _binds_unseen_names(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name == "*" for alias in node.names)
    return isinstance(node, ast.Name) and node.id in _BINDING_CALLS
