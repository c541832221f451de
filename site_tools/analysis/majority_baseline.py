"""What always answering the commonest class would score, found from an accuracy's own code.

An accuracy compares predictions with answers: `(prediction == y).mean()`. Wherever it is computed,
both sides can still be looked at when the program has ended.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from site_tools.analysis.updates import parse
from site_tools.model.post import Claim

PREFIX = "the majority class of "
"""Begins the name of a measurement that is not an expression of the author."""

_DEPTH = 12
"""Steps that are followed back from a metric."""


def baseline_of(claim: Claim, cells: Sequence[str]) -> str:
    """Return the expression that says what can be had without a network, or an empty text.

    It is the author's, or for an accuracy the measurement of the majority class: `PREFIX` and the
    comparison `a == b` that the metric is made from.
    """
    is_share = claim.goal.sign in {">", ">="} and 0 < claim.goal.number <= 1
    if claim.baseline or not is_share:
        return claim.baseline
    return _comparison(claim.metric, cells)


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
"""What stands between a comparison and the accuracy that is made from it."""


def measure_majority(measurement: str, namespace: dict[str, Any]) -> float | str:
    """Return the share of the commonest value on the side that varies more.

    A text when the two sides are no lists of equal length.
    """
    comparison = ast.parse(measurement.removeprefix(PREFIX), mode="eval").body
    if not isinstance(comparison, ast.Compare):
        return "is no comparison"
    sides = [comparison.left, comparison.comparators[0]]
    try:
        values = [eval(ast.unparse(side), dict(namespace)) for side in sides]  # noqa: S307
        lists = [_listed(value) for value in values]
    except Exception as error:  # noqa: BLE001  foreign code may raise anything
        return f"raises {type(error).__name__}"
    if len(lists[0]) != len(lists[1]) or not lists[0]:
        return "compares no lists"
    shares = [Counter(side).most_common(1)[0][1] / len(side) for side in lists]
    return min(shares)


def _listed(values: Any) -> list[Any]:
    flat = values.reshape(-1) if hasattr(values, "reshape") else values
    return list(flat.tolist() if hasattr(flat, "tolist") else flat)
