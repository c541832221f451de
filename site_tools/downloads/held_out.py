"""Which answers of a post are for testing only: an exercise must not train on them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from site_tools.analysis.syntax import parse

_NAME = re.compile(r"(?:.*_)?(?:test|valid|val|held_out|unseen)(?:_.*)?")
"""Names of tables that are for testing as a whole."""


def held_out(sources: Sequence[str], metrics: Sequence[str]) -> str:
    """Return an expression for the answers that a program tests with; empty when none is found.

    It is one half of a table whose other half is used as well, `y[held_out]` beside
    `y[~held_out]` or `y[1000:]` beside `y[:1000]`, or a table with a name like `y_test`. A metric
    takes it, or the program compares something with it.
    """
    trees = [parse(source) for source in sources]
    measures = [parse(f"({metric})") for metric in metrics]
    nodes = [node for tree in [*trees, *measures] for node in ast.walk(tree)]
    texts = {ast.unparse(node) for node in nodes if isinstance(node, ast.Subscript)}
    compared = [part for node in nodes for part in _compared(node)]
    given = [part for tree in measures for node in ast.walk(tree) for part in _given(node)]
    once = {name for name in _bound(trees) if _bound(trees).count(name) == 1}
    for part in [*compared, *reversed(given)]:
        if isinstance(part, ast.Subscript) and _rest(part) in texts and _names(part) <= once:
            return ast.unparse(part)
        if isinstance(part, ast.Name) and _NAME.fullmatch(part.id) and part.id in once:
            return f"{part.id}[:]"
    return ""


def _compared(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
        yield from [node.left, *node.comparators]


def _given(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        yield from node.args


def _rest(part: ast.Subscript) -> str:
    """Return the other half of a table, or an empty text."""
    table = ast.unparse(part.value)
    match part.slice:
        case ast.UnaryOp(op=ast.Invert(), operand=mask):
            return f"{table}[{ast.unparse(mask)}]"
        case ast.Slice(lower=None, upper=ast.expr() as end, step=None):
            return f"{table}[{ast.unparse(end)}:]"
        case ast.Slice(lower=ast.expr() as start, upper=None, step=None):
            return f"{table}[:{ast.unparse(start)}]"
        case ast.Name(id=name):
            return f"{table}[~{name}]"
    return ""


def _names(part: ast.Subscript) -> set[str]:
    return {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}


def _bound(trees: Sequence[ast.Module]) -> list[str]:
    """Return the names that are assigned at top level, as often as they are."""
    found = [node for tree in trees for node in tree.body if isinstance(node, ast.Assign)]
    targets = [target for node in found for target in node.targets]
    return [n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)]
