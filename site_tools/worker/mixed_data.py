"""Data whose order says nothing: each column is drawn again on its own.

Every column keeps its values, but no row belongs together any more. What is learned from such data
must differ from what was learned from the author's.
"""

from __future__ import annotations

import contextlib
import copy
import io
import math
import random
import statistics
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from zlib import crc32

from site_tools.analysis.data_names import Data
from site_tools.worker.update_switch import differs, write_back

SHIFTS = 1.5, 3.0
"""By how many standard deviations each column of shifted data lies elsewhere, in either direction:
outside of most of what was seen, and not in the direction of all columns together."""

MOST_LABELS = 10
"""Columns with up to so many different numbers hold labels: elsewhere, they would mean nothing."""

FEWEST = 4
"""The length of the shortest data: shorter lists are usually sizes or rates."""

_GENERATORS = {"Generator", "RandomState", "Random"}
"""The types of random number generators in numpy, torch and the standard library."""

_APART = 1_000_003
"""Between the seeds of two ways to mix the same data; a seed is also counted on by column."""

_TRIES = 20
"""How many draws are tried, to change as many values as possible: of four labels, one in sixteen
draws changes nothing."""


def mixed(value: Any, seed: int) -> Any:
    """Return other data of the same kind and shape; the value itself when it is not data."""
    if _is_array(value):
        return _mixed_array(value, seed)
    if isinstance(value, dict):
        return _with_other_parts(value, mixed, seed)
    if isinstance(value, str) and len(value) >= FEWEST:
        return "".join(_drawn(value, seed))
    if isinstance(value, list | tuple) and len(value) >= FEWEST and type(value) in {list, tuple}:
        if columns := _columns(value):
            drawn = [_drawn(column, seed + i) for i, column in enumerate(columns)]
            return type(value)(type(value[0])(row) for row in zip(*drawn, strict=True))
        alike = len({_shape(row) for row in value}) == 1 and hasattr(value[0], "shape")
        if alike or all(isinstance(row, int | float | str) for row in value):
            return type(value)(_drawn(value, seed))
    return value


def shifted(value: Any, seed: int) -> Any:
    """Return data in which measured numbers lie elsewhere; the value itself when there are none."""
    if _is_array(value):
        return _shifted_array(value, seed)
    if isinstance(value, dict):
        return _with_other_parts(value, shifted, seed)
    if isinstance(value, list) and len(value) >= FEWEST:
        if all(isinstance(row, float) for row in value):
            away = _distance(value, seed)
            return [number + away for number in value]
        if columns := _columns(value):
            by = [_distance(column, seed + i) for i, column in enumerate(columns)]
            return [
                type(row)(x + d if d else x for x, d in zip(row, by, strict=True)) for row in value
            ]
    return value


def _with_other_parts(
    value: dict[Any, Any], other: Callable[[Any, int], Any], seed: int
) -> dict[Any, Any]:
    """Return a dictionary with other data in it; the same one when it holds none."""
    parts = {key: other(part, seed + i) for i, (key, part) in enumerate(value.items())}
    return parts if any(parts[key] is not value[key] for key in value) else value


def _columns(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the columns of a table; none of what is not a table."""
    if not all(isinstance(row, list | tuple) for row in rows) or len(set(map(len, rows))) != 1:
        return []
    return list(zip(*rows, strict=True))


def _distance(column: Sequence[Any], seed: int) -> float:
    """Return how far a column is shifted; 0 for what is not measured."""
    numbers = [number for number in column if isinstance(number, float) and math.isfinite(number)]
    if len(numbers) < len(column) or len(set(numbers)) <= MOST_LABELS:
        return 0.0
    generator = random.Random(seed)  # noqa: S311
    return generator.choice((-1, 1)) * generator.uniform(*SHIFTS) * statistics.pstdev(numbers)


def mix(namespace: dict[str, Any], names: Sequence[str], trial: int = 0) -> list[str]:
    """Mix what the top-level names hold, so that all references see it; return what has changed.

    What is the only data is shifted as well: other draws of its numbers say the same of each
    column.
    """
    found = change(namespace, names, mixed, trial)
    if len(found) == 1:
        change(namespace, found, shifted, trial)
    return found


def elsewhere(value: Any, seed: int) -> Any:
    """Return mixed data for a start; of fewer rows than are mixed, all numbers in another order."""
    other = mixed(value, seed)
    return reordered(value, seed) if other is value else other


def reordered(value: Any, seed: int) -> Any:
    """Return the rows in another order; of very few rows, all numbers of an array."""
    if isinstance(value, list | tuple) and type(value) in {list, tuple}:
        return type(value)(value[i] for i in _permuted(len(value), seed))
    if not _is_array(value, fewest=1):
        return value
    rows = value if len(value) >= FEWEST else value.reshape(-1)
    return rows[_permuted(len(rows), seed)].reshape(value.shape)


def _permuted(count: int, seed: int) -> list[int]:
    """Return row numbers in another order; of some, the order that leaves fewest in their place."""
    generator = random.Random(seed)  # noqa: S311
    orders = [generator.sample(range(count), count) for _ in range(_TRIES)]
    return min(orders, key=lambda order: sum(i == j for i, j in enumerate(order)))


def change(
    namespace: dict[str, Any],
    names: Sequence[str],
    other: Callable[[Any, int], Any],
    trial: int = 0,
) -> list[str]:
    """Change what the top-level names hold in place; return the names whose data have changed."""
    found = []
    for name in names:
        before = namespace.get(name)
        after = other(before, crc32(name.encode()) + trial * _APART)
        if after is before or not differs(before, after):
            continue
        found.append(name)
        if isinstance(before, str | tuple):
            namespace[name] = after
        elif isinstance(before, list):
            before[:] = after
        elif isinstance(before, dict):
            before.update(after)
        else:
            write_back(before, after)
    return found


@contextlib.contextmanager
def changed(
    namespace: dict[str, Any], names: Sequence[str], other: Callable[[Any, int], Any]
) -> Iterator[list[str]]:
    """Change data for a while; what is yielded are the names whose data have changed."""
    kept = {name: (namespace[name], _kept(namespace[name])) for name in names if name in namespace}
    try:
        yield change(namespace, names, other)
    finally:
        for name, (value, before) in kept.items():
            namespace[name] = value
            if isinstance(value, list):
                value[:] = before
            elif isinstance(value, dict):
                value.update(before)
            elif _is_array(value):
                write_back(value, before)


def _kept(value: Any) -> Any:
    if isinstance(value, list | dict):
        return copy.copy(value)
    if _is_array(value):
        return value.clone() if hasattr(value, "clone") else value.copy()
    return value


def _is_data(value: Any) -> bool:
    """Return whether a value can be mixed."""
    return mixed(value, 0) is not value


def to_mix(data: Data, namespace: Mapping[str, Any]) -> list[str]:
    """Return the names whose data are to be mixed: all that the updates use, but for a solution.

    What the updates use may be what is to be learned, and not data. Where the metric is measured on
    data that the updates use too, those are enough, and what else is written in the code stays, and
    what has as many numbers as what learns. Otherwise such a thing stays if all else that the
    updates use are single numbers, and the data on which the metric is measured are mixed: a
    network that learns from data then ends elsewhere. A solution that data were not made from, such
    as the reward of a state, is data itself.
    """
    holds = [name for name in {*data.used, *data.measured} if _is_data(namespace.get(name))]
    sizes = {size for name in data.learned for size in _sizes(namespace.get(name))}
    alike = {
        name
        for name in {*data.direct, *data.measured}
        if sizes.intersection(_sizes(namespace.get(name)))
    }
    written = data.written.difference(data.measured)
    stay = written.union(alike.intersection(data.direct))
    if set(holds).intersection(data.used, data.measured) - data.written - stay:
        return [name for name in data.once if name in holds and name not in stay]
    if not data.draws and all(_is_setting(namespace.get(name)) for name in data.used):
        return [name for name in data.measured if name in holds]
    answers = alike.intersection(data.direct, data.measured)
    others = [namespace.get(name) for name in data.direct if name not in answers]
    others = [value for value in others if type(value).__name__ not in _GENERATORS]
    if data.draws or not answers or not all(map(_is_setting, others)):
        return data.used
    return [name for name in data.measured if name in holds and name not in alike] or data.used


def _shape(value: Any) -> tuple[int, ...] | None:
    """Return the shape of an array or a list of numbers; None for anything else."""
    if hasattr(value, "shape"):
        return tuple(value.shape)
    if isinstance(value, list | tuple) and value:
        inner = {_shape(part) for part in value}
        (first,) = inner if len(inner) == 1 else (None,)
        return None if first is None else (len(value), *first)
    return () if isinstance(value, int | float) else None


def _sizes(value: Any) -> Iterator[int]:
    """Yield how many numbers a value has, and those in a dictionary, if they are several."""
    for part in value.values() if isinstance(value, dict) else [value]:
        size = math.prod(_shape(part) or (0,))
        if size > 1:
            yield size


def _is_setting(value: Any) -> bool:
    """Return whether a value is a number, a function, or a text that may hold one: no data."""
    plain = int | float | str | types.ModuleType | types.FunctionType | type | None
    if isinstance(value, bytes | bytearray | io.IOBase):
        return True
    return isinstance(value, plain) and not (isinstance(value, str) and len(value) >= FEWEST)


def _is_array(value: Any, fewest: int = FEWEST) -> bool:
    """Return whether a value is an array of numbers, or a tensor without a gradient."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return not value.requires_grad and value.dim() > 0 and len(value) >= fewest
    is_numpy = type(value).__module__ == "numpy" and hasattr(value, "dtype")
    return is_numpy and value.ndim > 0 and len(value) >= fewest and value.dtype.kind in "biufc"


def _mixed_array(value: Any, seed: int) -> Any:
    rows = value.reshape(len(value), -1)
    numpy = sys.modules["numpy"]
    if len(rows) < _TRIES:
        columns = [_order(rows[:, i].tolist(), seed + i) for i in range(rows.shape[1])]
        orders = numpy.stack(columns, axis=1)
    else:
        orders = numpy.random.default_rng(seed).integers(len(rows), size=tuple(rows.shape))
    if hasattr(rows, "gather"):
        new = rows.gather(0, sys.modules["torch"].from_numpy(orders).to(rows.device))
    else:
        new = numpy.take_along_axis(rows, orders, 0)
    return new.reshape(value.shape)


def _shifted_array(value: Any, seed: int) -> Any:
    numpy = sys.modules["numpy"]
    is_tensor = hasattr(value, "detach")
    if not (value.is_floating_point() if is_tensor else value.dtype.kind == "f"):
        return value
    plain = value.detach().double().cpu().numpy() if is_tensor else value
    rows = plain.reshape(len(plain), -1)
    different = (numpy.diff(numpy.sort(rows, axis=0), axis=0) != 0).sum(0) + 1
    generator = numpy.random.default_rng(seed)
    away = generator.choice([-1.0, 1.0], len(different)) * generator.uniform(
        *SHIFTS, len(different)
    )
    known = numpy.isfinite(rows).all(0) & (different > MOST_LABELS)
    moved = numpy.where(known, away * rows.std(0), 0.0).astype(rows.dtype)
    new = (rows + moved).reshape(plain.shape)
    return sys.modules["torch"].from_numpy(new).to(value) if is_tensor else new


def _drawn(values: Sequence[Any], seed: int) -> list[Any]:
    return [values[i] for i in _order(values, seed)]


def _order(values: Sequence[Any], seed: int) -> list[int]:
    """Return row numbers, drawn with replacement; of some draws the one that changes most."""
    generator = random.Random(seed)  # noqa: S311
    tries = _TRIES if len(values) < _TRIES else 1
    draws = [generator.choices(range(len(values)), k=len(values)) for _ in range(tries)]
    return max(
        draws,
        key=lambda draw: sum(_is_other(values[i], v) for i, v in zip(draw, values, strict=True)),
    )


def _is_other(one: Any, other: Any) -> bool:
    return one is not other if hasattr(one, "shape") else bool(one != other)
