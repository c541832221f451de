"""The number under a metric that is only true or false.

`int(accuracy > 0.9)` with the goal `== 1` says that the accuracy is above 0.9, but hides by how
much. The number itself is measured in its place.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence

from site_tools.analysis.syntax import called_name, parse

_CONVERSIONS = {"int", "float", "bool", "float64", "int64", "item", "double", "long", "astype"}
"""Functions and methods that turn a truth value into a number."""

_SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}

_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}

_DEPTH = 6
"""Conversions and names that are followed."""


def number_under(
    metric: str, goal: tuple[str, float], cells: Sequence[str]
) -> tuple[str, str] | None:
    """Return the metric and the goal that a true-or-false metric is about; None for others.

    `goal` is the sign and the number of the claim's goal.
    """
    wanted = _wanted(*goal)
    if wanted is None:
        return None
    try:
        expression = ast.parse(metric, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names = _bound_once(cells)
    for _ in range(_DEPTH):
        found = _compared(expression, names) or _share(expression, cells)
        if found is not None:
            number, sign, limit = found
            return number, f"{sign if wanted else _OPPOSITE[sign]} {limit}"
        inner = _inside(expression, names)
        if inner is None:
            return None
        expression = inner
    return None


def _wanted(sign: str, number: float) -> bool | None:
    """Return which truth value alone meets a goal; None when both or none do."""
    meets = {
        "<": [value < number for value in (0, 1)],
        "<=": [value <= number for value in (0, 1)],
        ">": [value > number for value in (0, 1)],
        ">=": [value >= number for value in (0, 1)],
        "==": [value == number for value in (0, 1)],
    }[sign]
    return None if meets[0] == meets[1] else meets[1]


def _bound_once(cells: Sequence[str]) -> dict[str, ast.expr]:
    """Return the values of names that a program binds only once, at top level.

    Only those whose own names are not bound again afterwards: their value is still the same at the
    end.
    """
    trees = [parse(cell) for cell in cells]
    stored: dict[str, list[tuple[int, int]]] = {}
    for cell, tree in enumerate(trees):
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                stored.setdefault(node.id, []).append((cell, node.lineno))
    found = {}
    for cell, tree in enumerate(trees):
        for statement in tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    place = (cell, statement.lineno)
                    used = [n.id for n in ast.walk(value) if isinstance(n, ast.Name)]
                    later = any(p > place for other in used for p in stored.get(other, []))
                    if len(stored[name]) == 1 and not later:
                        found[name] = value
    return found


def _compared(node: ast.expr, names: dict[str, ast.expr]) -> tuple[str, str, str] | None:
    """Return the number, the sign and the limit of a comparison.

    Of two numbers that are no constants it is their difference, and its sign.
    """
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _SIGNS:
            sign = _SIGNS[type(op)]
            if (limit := _limit(right, names)) is not None:
                return ast.unparse(left), sign, limit
            if (limit := _limit(left, names)) is not None:
                return ast.unparse(right), _SWAPPED[sign], limit
            if not isinstance(left, ast.Constant) and not isinstance(right, ast.Constant):
                return ast.unparse(ast.BinOp(left, ast.Sub(), right)), sign, "0"
    return None


def _share(node: ast.expr, cells: Sequence[str]) -> tuple[str, str, str] | None:
    """Return, for answers that must all be right, the share of those that are."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np" | "numpy")), args=[one, other]) if (
            called_name(node) == "array_equal"
        ):
            return f"({ast.unparse(one)} == {ast.unparse(other)}).mean()", ">=", "1"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="torch"), attr="equal"), args=[a, b]):
            return f"({ast.unparse(a)} == {ast.unparse(b)}).double().mean()", ">=", "1"
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="np" | "numpy" | "torch"), attr="all"), args=[all_]
        ):
            return _mean(all_, cells)
        case ast.Call(func=ast.Attribute(value=all_, attr="all"), args=[]):
            return _mean(all_, cells)
    return None


def _mean(values: ast.expr, cells: Sequence[str]) -> tuple[str, str, str] | None:
    """Return the share of true values; None if they may be of numpy or of torch."""
    nodes = [node for cell in cells for node in ast.walk(parse(cell))]
    imports = [node for node in nodes if isinstance(node, ast.Import)]
    modules = {alias.name.split(".")[0] for node in imports for alias in node.names}
    if {"numpy", "torch"} <= modules:
        return None
    share = ".double().mean()" if "torch" in modules else ".mean()"
    return f"({ast.unparse(values)}){share}", ">=", "1"


def _limit(node: ast.expr, names: dict[str, ast.expr]) -> str | None:
    """Return a constant number as text, also one that has a name."""
    if isinstance(node, ast.Name) and node.id in names:
        node = names[node.id]
    text = ast.unparse(node)
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError):
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return text.replace(" ", "") if number and math.isfinite(value) else None


def _inside(node: ast.expr, names: dict[str, ast.expr]) -> ast.expr | None:  # noqa: PLR0911  one case a form
    """Return what a conversion converts, or what a name was bound to."""
    match node:
        case ast.Name(id=name):
            return names.get(name)
        case ast.Compare(left=inner, ops=[ast.Eq() | ast.Is()], comparators=[ast.Constant(True)]):
            return inner
        case ast.Call(func=ast.Attribute(value=inner), args=[] | [ast.Name()]) if (
            called_name(node) in _CONVERSIONS
        ):
            return inner  # (a > b).item()
        case ast.Call(args=[inner]) if called_name(node) in _CONVERSIONS:
            return inner  # float(a > b)
        case ast.IfExp(test=test, body=ast.Constant(value=1), orelse=ast.Constant(value=0)):
            return test
        case ast.BinOp(left=inner, op=ast.Mult(), right=ast.Constant(value=1)):
            return inner
        case ast.BinOp(left=ast.Constant(value=1), op=ast.Mult(), right=inner):
            return inner
        case ast.BinOp(left=inner, op=ast.Add(), right=ast.Constant(value=0)):
            return inner
    return None
