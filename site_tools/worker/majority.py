"""Measure the accuracy of always giving the most common answer, in a final namespace."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any

from site_tools.analysis.majority_baseline import PREFIX
from site_tools.model.faults import MetricFault


def measure_majority(measurement: str, namespace: dict[str, Any]) -> float | MetricFault:
    """Return the smaller of the two sides' shares of their most common value, in 0 … 1.

    The side that varies more holds the answers; the other may be constant in an untrained network.
    Gives a fault when the two sides are not sequences of equal length.
    """
    comparison = ast.parse(measurement.removeprefix(PREFIX), mode="eval").body
    if not isinstance(comparison, ast.Compare):
        return MetricFault("not a number", "is not a comparison")
    sides = [comparison.left, comparison.comparators[0]]
    try:
        values = [eval(ast.unparse(side), dict(namespace)) for side in sides]  # noqa: S307
        lists = [_as_list(value) for value in values]
    except Exception as error:  # noqa: BLE001  foreign code may raise anything
        return MetricFault("raises", f"raises {type(error).__name__}")
    if len(lists[0]) != len(lists[1]) or not lists[0]:
        return MetricFault("not a number", "does not compare sequences of equal length")
    shares = [Counter(side).most_common(1)[0][1] / len(side) for side in lists]
    return min(shares)


def _as_list(values: Any) -> list[Any]:
    flat = values.reshape(-1) if hasattr(values, "reshape") else values
    return list(flat.tolist() if hasattr(flat, "tolist") else flat)
