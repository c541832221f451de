"""What a statement gives a value to: its targets, their names, and the value that each gets."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def names_of(target: ast.AST) -> tuple[str, ...]:
    """Return the names under which `freeze` may list a target.

    The last name of `self.layer.W` is `W`; of `p.data` it is `data`, and `p` will do as well; of
    `params["W1"]` it is `W1` or `params`; of `W[0]` it is `W`. Of a loop's variable it may also be
    what the loop walks over: W and b in `for p in [W, b]`.
    """
    match target:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=value, attr="data"):
            return ("data", *names_of(value))
        case ast.Attribute(attr=name):
            return (name,)
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)):
            return (key, *names_of(value))
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return names_of(value)
    return ()


def last_name(node: ast.AST) -> tuple[str, str]:
    """Return what kind of thing an expression names, and its last name."""
    match node:
        case ast.Name(id=name):
            return "name", name
        case ast.Attribute(attr=name):
            return "attribute", name
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return "key", key
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return last_name(value)
    return "", str(id(node))


def word_of(target: ast.expr) -> str:
    """Return the last word of what is given a value: `w` of `self.w[0]`; empty if there is none."""
    while isinstance(target, ast.Subscript | ast.Starred):
        target = target.value
    return str(getattr(target, "attr", getattr(target, "id", "")))


def flat(target: ast.expr) -> list[ast.expr]:
    """Return the single targets in a tuple of targets."""
    if isinstance(target, ast.Tuple | ast.List):
        return [inner for element in target.elts for inner in flat(element)]
    return [target.value if isinstance(target, ast.Starred) else target]


def pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Return each single target with what it gets: of `a, b = c, d` a gets c."""
    both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
    if both and len(target.elts) == len(value.elts):  # type: ignore[attr-defined]
        parts = zip(target.elts, value.elts, strict=True)  # type: ignore[attr-defined]
        return [pair for one, source in parts for pair in pairs(one, source)]
    return [(one, value) for one in flat(target)]


def given(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each target that a node binds to a value, with that value; loops and `+=` are others.

    In `a, b = c, d` the targets are one tuple, as are the values.
    """
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield target, value
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            yield target, value


def walked(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Return what each target of a loop walks over: of `for p, g in zip(a, b)` p walks over a."""
    match target, value:
        case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=values):
            if len(targets) == len(values):
                return [p for pair in zip(targets, values, strict=True) for p in walked(*pair)]
        case ast.Tuple(elts=[_, inner]), ast.Call(func=ast.Name(id="enumerate"), args=[source, *_]):
            return walked(inner, source)
    return [(target, value)]
