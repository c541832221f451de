"""Whether the data that are mixed are those from which a program learns.

Data may be copied into an object that cannot be mixed before training begins: an array of JAX, a
data set. What was learned then says nothing about data, whatever is mixed beside it.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from site_tools.analysis.data_names import Data

MOST_PARTS = 1_000
"""Parts of an object that are searched for data that it shares."""

_PLAIN = (str, bytes, int, float, type, types.ModuleType, types.FunctionType, type(None))


def is_hidden(mixed: Sequence[str], data: Data, namespace: Mapping[str, Any]) -> bool:
    """Return whether all that the updates read of mixed data are copies of them in other objects.

    That is not so if they read one of the mixed names itself, or an object that holds it.
    """
    names = set(mixed)
    if not names or names.intersection(data.direct):
        return False
    made = [namespace.get(name) for name in data.direct if names.intersection(data.behind(name))]
    objects = [value for value in made if not isinstance(value, _PLAIN)]
    sources = [namespace[name] for name in mixed]
    return bool(objects) and not any(_holds(one, sources) for one in objects)


def _holds(value: Any, sources: Sequence[Any]) -> bool:
    """Return whether an object has one of the sources among its parts, or a view of its numbers."""
    known = {id(source) for source in sources}
    memory = [array for source in sources if (array := _array(source)) is not None]
    waiting, seen = [value], set[int]()
    while waiting and len(seen) < MOST_PARTS:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        array = _array(part)
        if id(part) in known or (array is not None and _overlaps(array, memory)):
            return True
        waiting += _parts(part)
    return False


def _overlaps(array: Any, others: Iterable[Any]) -> bool:
    return any(sys.modules["numpy"].may_share_memory(array, other) for other in others)


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list | tuple):
        return list(value)
    return [] if isinstance(value, _PLAIN) else list(getattr(value, "__dict__", {}).values())


def _array(value: Any) -> Any:
    """Return the numbers of an array or a tensor, in the same memory; None for anything else."""
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None and isinstance(value, torch.Tensor):
        return value.detach().numpy() if value.device.type == "cpu" else None
    return value if numpy is not None and isinstance(value, numpy.ndarray) else None
