"""Data whose order says nothing: each column is drawn again on its own.

Every column keeps its values, but no row belongs together any more. What is learned from such data
must differ from what was learned from the author's.
"""

from __future__ import annotations

import math
import random
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from site_tools.analysis.data_names import Data

FEWEST = 4
"""The length of the shortest data: shorter lists are usually sizes or rates."""

_TRIES = 20
"""How many draws are tried, to change as many values as possible: of four labels, one in sixteen
draws changes nothing."""


def mixed(value: Any, seed: int) -> Any:
    """Return other data of the same kind and shape; the value itself when it is not data."""
    if _is_array(value):
        return _mixed_array(value, seed)
    if isinstance(value, str) and len(value) >= FEWEST:
        return "".join(_drawn(value, seed))
    if isinstance(value, list | tuple) and len(value) >= FEWEST and type(value) in {list, tuple}:
        rows = [row for row in value if isinstance(row, list | tuple)]
        if len(rows) == len(value) and len(set(map(len, rows))) == 1:
            columns = zip(*rows, strict=True)
            drawn = [_drawn(column, seed + i) for i, column in enumerate(columns)]
            return type(value)(type(rows[0])(row) for row in zip(*drawn, strict=True))
        if all(isinstance(row, int | float | str) for row in value):
            return type(value)(_drawn(value, seed))
    return value


def to_mix(data: Data, namespace: Mapping[str, Any]) -> list[str]:
    """Return the names whose data are to be mixed: all that the updates use.

    A thing that the updates use may be what is to be learned, and not data: it has the shape of
    what learns, and all else that they use are single numbers. It stays, and the data on which the
    metric is measured are mixed: a network that learns from data then ends elsewhere. A solution
    that data were not made from, such as the reward of a state, is data itself.
    """
    shapes = {_shape(namespace[name]) for name in data.learned if name in namespace} - {None, ()}
    alike = {
        name
        for name in {*data.direct, *data.measured}
        if shapes.intersection(_shapes(namespace.get(name)))
    }
    answers = alike.intersection(data.direct, data.measured)
    others = [namespace.get(name) for name in data.direct if name not in answers]
    if data.draws or not answers or not all(map(_is_setting, others)):
        return data.used
    return [name for name in data.measured if name not in alike]


def _shape(value: Any) -> tuple[int, ...] | None:
    """Return the shape of an array or a list of numbers; None for anything else."""
    if hasattr(value, "shape"):
        return tuple(value.shape)
    if isinstance(value, list | tuple) and value:
        inner = {_shape(part) for part in value}
        (first,) = inner if len(inner) == 1 else (None,)
        return None if first is None else (len(value), *first)
    return () if isinstance(value, int | float) else None


def _shapes(value: Any) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of a value, and of those in a dictionary."""
    for part in value.values() if isinstance(value, dict) else [value]:
        shape = _shape(part)
        if shape is not None:
            yield shape


def _is_setting(value: Any) -> bool:
    """Return whether a value is a number, a text, or a function: no data."""
    plain = int | float | str | types.ModuleType | types.FunctionType | type | None
    return isinstance(value, plain) and not (isinstance(value, str) and len(value) >= FEWEST)


def _is_array(value: Any) -> bool:
    """Return whether a value is an array of numbers, or a tensor without a gradient."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return not value.requires_grad and value.dim() > 0 and len(value) >= FEWEST
    is_numpy = type(value).__module__ == "numpy" and hasattr(value, "dtype")
    return is_numpy and value.ndim > 0 and len(value) >= FEWEST and value.dtype.kind in "biufc"


def _mixed_array(value: Any, seed: int) -> Any:
    rows = value.reshape(len(value), -1)
    new = rows.clone() if hasattr(rows, "clone") else rows.copy()
    for column in range(rows.shape[1]):
        numbers = rows[:, column]
        new[:, column] = numbers[_order(numbers.tolist(), seed + column)]
    return new.reshape(value.shape)


def _drawn(values: Sequence[Any], seed: int) -> list[Any]:
    return [values[i] for i in _order(values, seed)]


def _order(values: Sequence[Any], seed: int) -> list[int]:
    """Return row numbers, drawn with replacement; of some draws the one that changes most."""
    generator = random.Random(seed)  # noqa: S311
    tries = _TRIES if len(values) < _TRIES else 1
    draws = [generator.choices(range(len(values)), k=len(values)) for _ in range(tries)]
    return max(
        draws, key=lambda draw: sum(values[i] != v for i, v in zip(draw, values, strict=True))
    )


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
