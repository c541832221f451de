"""What a program holds that is written in its code, and not drawn or read from elsewhere."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence

from site_tools.analysis.changes import Found
from site_tools.analysis.syntax import imported_names, uses, words
from site_tools.analysis.targets import names_of
from site_tools.analysis.value_kinds import BRINGS


def named_elsewhere(trees: Sequence[ast.Module]) -> set[str]:
    """Return the names that hold no data: of modules, of functions, and those of Python itself."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    functions = {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return {name for name, _ in imported_names(nodes)} | functions | set(dir(builtins))


def written_names(found: Sequence[Found], trees: Sequence[ast.Module]) -> set[str]:
    """Return the names that are made from nothing but what is written in the code, and functions.

    What functions are made from is asked for on its own.
    """
    nodes = [node for tree in trees for node in ast.walk(tree)]
    written = named_elsewhere(trees)
    values: dict[str, list[ast.expr]] = {}
    for one in found:
        for name in names_of(one.target):
            values.setdefault(name, []).append(one.value)
    loops = [node for node in nodes if isinstance(node, ast.For)]
    written |= {loop.target.id for loop in loops if isinstance(loop.target, ast.Name)}
    while True:
        more = {
            name
            for name, given in values.items()
            if name not in written
            and not any(map(_is_drawn, given))
            and all(_names(value) - {name} <= written for value in given)
        }
        if not more:
            return written
        written |= more


def _is_drawn(value: ast.expr) -> bool:
    """Return whether a value is drawn, or read from outside of the program."""
    named = words(value)
    return not named & _IN_MEMORY and any(map(BRINGS.search, named - _DECODES))


_IN_MEMORY = {"BytesIO", "StringIO"}
_DECODES = {"loads"}


def _names(value: ast.expr) -> set[str]:
    """Return the plain names in a value: `np` and `x` of `np.mean(x.T)`."""
    return {name for kind, name in uses(value) if kind == "name"}
