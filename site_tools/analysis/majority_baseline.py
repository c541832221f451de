"""What always answering the commonest class would score, found from an accuracy's own code.

An accuracy compares predictions with answers: `(prediction == y).mean()`. Wherever it is computed,
both sides can still be evaluated when the program has ended.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from site_tools.analysis.syntax import parse

PREFIX = "the majority class of "
"""Begins the name of a measurement that is not an expression of the author."""

_DEPTH = 12
"""Steps that are followed back from a metric."""


def majority_baseline(metric: str, sign: str, number: float, cells: Sequence[str]) -> str:
    """Return the measurement of the majority class for an accuracy, or an empty text.

    `sign` and `number` are those of the goal: an accuracy has to be large, and is at most 1. The
    measurement is `PREFIX` and the comparison `a == b` that the metric is made from.
    """
    is_share = sign in {">", ">="} and 0 < number <= 1
    return _comparison(metric, cells) if is_share else ""


def _comparison(metric: str, cells: Sequence[str]) -> str:
    bound = {}
    for cell in cells:
        for statement in parse(cell).body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    bound[name] = value
    expression: ast.expr | None = ast.parse(metric, mode="eval").body
    for _ in range(_DEPTH):
        if isinstance(expression, ast.Compare) and isinstance(expression.ops[0], ast.Eq):
            return PREFIX + ast.unparse(expression)
        expression = _inside(expression, bound)
    return ""


def _inside(expression: ast.expr | None, bound: Mapping[str, ast.expr]) -> ast.expr | None:
    """Return what a mean, a share or a conversion is taken of; None for anything else."""
    match expression:
        case ast.Name(id=name):
            return bound.get(name)
        case ast.BinOp(left=left, op=ast.Div()):
            return left
        case ast.Call(func=ast.Attribute(attr=name), args=[inner]) if name in _AVERAGES:
            return inner  # np.mean(a == b)
        case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in _AVERAGES:
            return inner  # (a == b).mean()
        case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _AVERAGES:
            return inner  # float(…)
    return None


_AVERAGES = {"mean", "sum", "item", "float", "double", "int", "cpu", "numpy", "average", "type"}
"""Functions that may be applied between a comparison and the accuracy made from it."""
