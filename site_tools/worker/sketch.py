"""A short summary of what a program has learned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

BUCKETS = 64
"""Numbers that a sketch has. Each is a sum of every 64th weight, so that two sketches are about as
far apart as the weights are, and a run of a large network stays small."""


def sketch(values: Sequence[Any]) -> list[float]:
    """Return a short summary of all numbers in nested values, in their order.

    Infinity, where a search for the least loss starts, counts as 0: no distance would be known.
    """
    numbers: list[float] = []
    for value in values:
        _collect(value, numbers)
    return [float(sum(numbers[i::BUCKETS])) for i in range(min(BUCKETS, len(numbers)))]


def _collect(value: Any, numbers: list[float]) -> None:
    if hasattr(value, "detach"):
        value = value.detach().cpu().reshape(-1).tolist()
    elif hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bool | int | float):
        numbers.append(float(value) if math.isfinite(value) else 0.0)
    elif isinstance(value, dict):
        for part in value.values():
            _collect(part, numbers)
    elif isinstance(value, list | tuple):
        for part in value:
            _collect(part, numbers)
