"""Which answers of a post are for testing only: an exercise must not train on them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from site_tools.analysis.syntax import called_name, parse

_NAME = re.compile(r"(?:.*_)?(?:test|valid|val|held_out|unseen)(?:_.*)?")
"""Names of tables that are for testing as a whole."""


_OTHERS = {"delete", "invert", "logical_not", "setdiff1d"}
"""Functions that give what a choice of rows leaves."""


def held_out(sources: Sequence[str], metrics: Sequence[str]) -> str:
    """Return an expression for the answers that a program tests with; empty when none is found.

    It is one half of a table whose other half is used as well, such as `y[held_out]` where the
    program also has `~held_out`, or `y[1000:]` beside `y[:1000]`, or a table with a name like
    `y_test`. A metric takes it, or the program compares something with it.
    """
    trees = [parse(source) for source in sources]
    measures = [parse(f"({metric})") for metric in metrics]
    nodes = [node for tree in [*trees, *measures] for node in ast.walk(tree)]
    compared = [part for node in nodes for part in _compared(node)]
    given = [part for tree in measures for node in ast.walk(tree) for part in _given(node)]
    elsewhere = _texts(part for node in nodes for part in _given(node))
    bound = _bound(trees)
    for part in sorted([*compared, *reversed(given)], key=lambda p: ast.unparse(p) in elsewhere):
        if not all(len(bound.get(name, ())) == 1 for name in _names(part)):
            continue
        if isinstance(part, ast.Subscript) and _is_half(part, nodes, bound):
            return ast.unparse(part)
        if isinstance(part, ast.Name) and _NAME.fullmatch(part.id):
            return f"{part.id}[:]"
    return ""


def _is_half(
    part: ast.Subscript, nodes: Sequence[ast.AST], bound: Mapping[str, list[ast.expr]]
) -> bool:
    """Return whether a program uses the other half of a table, or of the choice of its rows."""
    texts = _texts(node for node in nodes if isinstance(node, ast.Subscript))
    if _rest(part) in texts:
        return True
    match part.slice:
        case ast.Name(id=name):
            (value,) = bound[name]
            is_split = isinstance(value, ast.Subscript) and _rest(value) in texts
            return is_split or any(_leaves(node, name) for node in nodes)
        case ast.UnaryOp(op=ast.Invert(), operand=ast.Name(id=name)):
            inverted = [n.operand for n in nodes if isinstance(n, ast.UnaryOp)]
            read = [n for n in nodes if isinstance(n, ast.Name) and n.id == name]
            return any(isinstance(n.ctx, ast.Load) and n not in inverted for n in read)
    return False


def _leaves(node: ast.AST, name: str) -> bool:
    """Return whether an expression is all rows but those that a name chooses."""
    match node:
        case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=ast.Name(id=other)):
            return other == name
        case ast.Call(args=args) if called_name(node) in _OTHERS:
            return name in {arg.id for arg in args if isinstance(arg, ast.Name)}
        case ast.Compare(ops=[ast.NotIn()], comparators=[ast.Name(id=other)]):
            return other == name
        case ast.Compare(
            left=ast.Name(id=other), ops=[ast.Eq()], comparators=[ast.Constant(value=value)]
        ):
            return other == name and value in (0, False)
    return False


def _texts(nodes: Iterable[ast.AST]) -> set[str]:
    return {ast.unparse(node) for node in nodes}


def _compared(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
        sides = [node.left, *node.comparators]
        yield from sides if not any(isinstance(side, ast.Constant) for side in sides) else ()


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


def _names(part: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}


def _bound(trees: Sequence[ast.Module]) -> dict[str, list[ast.expr]]:
    """Return the values that names get at top level, for each time."""
    found: dict[str, list[ast.expr]] = {}
    for node in (node for tree in trees for node in tree.body if isinstance(node, ast.Assign)):
        for target in node.targets:
            for one, value in _pairs(target, node.value):
                for name in _names(one):
                    found.setdefault(name, []).append(value)
    return found


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Return the targets of an assignment, each with its part of the value where there is one."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=False))
    return [(target, value)]
