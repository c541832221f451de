"""The score of always giving the commonest answer, measured in a program's final namespace."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any

from site_tools.analysis.majority_baseline import PREFIX


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
