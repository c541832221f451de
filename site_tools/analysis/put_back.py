"""Which statements try another value and put the old one back: a slope felt by a nudge.

    old = w[i]
    w[i] = old + nudge
    higher = loss(w)
    w[i] = old

They change nothing in the end, so they are no updates. Works on syntax trees alone.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from site_tools.analysis.syntax import called_name

_SAVES = {"copy", "deepcopy", "clone", "item", "float", "array"}
"""Functions and methods that may come between a thing and what is kept of it."""


def put_back(tree: ast.AST) -> set[int]:
    """Return the ids of the statements that change what a later one of their block puts back."""
    found: set[int] = set()
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                found |= {id(statement) for statement in _tries(block)}
    return found


def _tries(block: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    values = {_value(statement) for statement in block}
    for start, statement in enumerate(block):
        name, kept = _kept(statement)
        if name not in values or kept is None:
            continue
        place = _whole(kept)
        changes = []
        for later in block[start + 1 :]:
            if name in _bound(later):
                break
            if _place(later) == place:
                changes.append(later)
                if _value(later) == name:
                    yield from changes
                    break


def _kept(statement: ast.stmt) -> tuple[str, ast.expr | None]:
    """Return the name that keeps a value, and the place of which it is the value; or nothing."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            while isinstance(value, ast.Call) and called_name(value) in _SAVES:
                inner = value.args[0] if value.args else getattr(value.func, "value", None)
                if inner is None:
                    return "", None
                value = inner
            if isinstance(value, ast.Name | ast.Attribute | ast.Subscript):
                return name, value
    return "", None


def _place(statement: ast.stmt) -> str:
    """Return what a statement changes; empty when that is several things, or nothing."""
    match statement:
        case ast.Assign(targets=[target]) | ast.AugAssign(target=target):
            return _whole(target)
    return ""


def _whole(node: ast.expr) -> str:
    """Return the text of a place: `w[:]` and `w[...]` are all of w."""
    match node:
        case ast.Subscript(
            value=value,
            slice=ast.Slice(lower=None, upper=None, step=None)
            | ast.Constant(value=builtins.Ellipsis),
        ):
            return ast.unparse(value)
    return ast.unparse(node)


def _value(statement: ast.stmt) -> str:
    match statement:
        case ast.Assign(value=ast.Name(id=name)):
            return name
    return ""


def _bound(statement: ast.stmt) -> set[str]:
    stores = (n for n in ast.walk(statement) if isinstance(n, ast.Name))
    return {n.id for n in stores if not isinstance(n.ctx, ast.Load)}
