"""Arrays of numpy, torch and pandas, lists, and single numbers, seen alike."""

from __future__ import annotations

import math
import numbers
import sys
import types
from collections.abc import Collection, Mapping
from typing import Any


def is_single(value: Any) -> bool:
    """Return whether a value is one number, text or truth value."""
    shape = shape_of(value)
    return shape == () if shape is not None else isinstance(value, numbers.Number | str | bytes)


def shape_of(value: Any) -> tuple[int, ...] | None:
    """Return the shape of an array of numpy, torch or pandas; None for anything else."""
    for package, names in _ARRAYS.items():
        module = sys.modules.get(package)
        known = [getattr(module, name, None) for name in names]
        if any(isinstance(kind, type) and issubclass(type(value), kind) for kind in known):
            return tuple(value.shape)
    return None


_ARRAYS = {"numpy": ("ndarray", "generic"), "torch": ("Tensor",), "pandas": ("Series", "DataFrame")}
"""Types of arrays. They are asked by type: foreign objects may answer to any attribute."""


def flat_list(value: Any) -> list[Any]:
    """Return the values of an array or a list, one after another, as Python's own."""
    shape = shape_of(value)
    if shape is None:
        return [value] if is_single(value) else [flat_list(part)[0] for part in value]
    if type(value).__module__.startswith("pandas"):
        value = value.to_numpy()
    return [value.tolist()] if shape == () else list(value.reshape(-1).tolist())


def fits(one: Any, other: Any) -> bool:
    """Return whether two values are as many numbers, texts or truth values."""
    if is_single(one) or is_single(other):
        return is_single(one) and is_single(other)
    return size_of(one) == size_of(other) > 1


def size_of(value: Any) -> int:
    """Return how many values an array or a flat list has; 0 for anything else."""
    shape = shape_of(value)
    if shape is not None:
        return math.prod(shape)
    if type(value) in {list, tuple}:
        return len(value) if all(map(is_single, value)) else 0
    return 0


def like(answer: Any, values: list[Any]) -> Any:
    """Return values in a container like that of an answer, in its shape."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(answer, torch.Tensor):
        new = torch.tensor(values, device=answer.device).reshape(answer.shape)
        floats = answer.is_floating_point() and not isinstance(values[0], bool)
        return new.to(answer.dtype) if floats else new
    if shape_of(answer) is not None:
        return sys.modules["numpy"].array(values).reshape(answer.shape)
    return type(answer)(values) if isinstance(answer, list | tuple) else values[0]


def is_part(value: Any, whole: Any) -> bool:
    """Return whether a value is, or is a view of, what the program learns."""
    if value is whole:
        return not is_single(value)
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None and isinstance(value, numpy.ndarray) and isinstance(whole, numpy.ndarray):
        return bool(numpy.may_share_memory(value, whole))
    if torch is not None and isinstance(value, torch.Tensor) and isinstance(whole, torch.Tensor):
        return bool(value.untyped_storage().data_ptr() == whole.untyped_storage().data_ptr() != 0)
    return False


def learned_values(namespace: Mapping[str, Any], names: Collection[str]) -> list[Any]:
    """Return the arrays and lists in a namespace that have a learned name, or are in one."""
    found: list[Any] = []
    seen: set[int] = set()
    waiting = [(value, name in names) for name, value in namespace.items() if name[:1] != "_"]
    for _ in range(_DEPTH):
        inner: list[tuple[Any, bool]] = []
        for value, learned in waiting:
            if id(value) in seen:
                continue
            seen.add(id(value))
            if learned:
                found.append(value)
            inner += _parts(value, names, learned=learned)
        waiting = inner
    return found


_DEPTH = 4
"""How many levels of lists, dictionaries and objects are searched for what is learned."""


def _parts(value: Any, names: Collection[str], *, learned: bool) -> list[tuple[Any, bool]]:
    if type(value) in {list, tuple}:
        return [(part, learned) for part in value] if len(value) < 1000 else []  # noqa: PLR2004
    if type(value) is dict:
        return [(part, learned or key in names) for key, part in value.items()]
    torch = sys.modules.get("torch")
    if torch is not None and issubclass(type(value), torch.nn.Module):
        return [(parameter, True) for parameter in value.parameters()]
    if issubclass(type(value), types.ModuleType | types.FunctionType | type):
        return []
    own = vars(value) if type(value).__module__ == "__main__" and hasattr(value, "__dict__") else {}
    return [(part, learned or key in names) for key, part in own.items()]
