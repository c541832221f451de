"""Updates that go another way: what learns is changed by as much, in the opposite direction.

A number that only shows that something has changed is reached this way as well; a network is not.
Imports nothing but the standard library.
"""

from __future__ import annotations

import random
import sys
from typing import Any, Literal

from site_tools.worker.update_switch import differs

Way = Literal["reversed", "scattered"]
"""reversed: every number changes in the opposite direction. scattered: each number goes one way or
the other by chance, in every update anew. Opponents whose updates are all reversed may still learn
from each other, and so may vectors whose product is learned; by chance they do not."""

_CHANCE = random.Random(1)  # noqa: S311
"""Every run has a process of its own, so it draws the same numbers again."""


class CannotReverse(TypeError):
    """A change of something that holds no numbers, or another number of them."""


def other_way(before: Any, after: Any, way: Way) -> Any:
    """Return what a thing holds after a change in the other direction.

    Things that can be changed are changed in place, so that all references see it. Raises
    CannotReverse when the change is not one of numbers.
    """
    if _is_number(after) and _is_number(before):
        return before + signs(1, way)[0] * (after - before)
    if _is_array(after) and getattr(before, "shape", None) == after.shape:
        return _array(before, after, way)
    if isinstance(after, dict) and isinstance(before, dict):
        _in_place(before, after, way, (key for key in after if key in before))
        return after
    if isinstance(after, list | tuple) and type(before) is type(after):
        return _sequence(before, after, way)
    if hasattr(after, "__dict__") and type(before) is type(after):
        _in_place(
            vars(before), vars(after), way, (key for key in vars(after) if key in vars(before))
        )
        return after
    if differs(before, after):
        raise CannotReverse(f"this change cannot be reversed: {after!r:.40}")
    return after


def signs(count: int, way: Way) -> list[int]:
    """Return 1 for each number that changes as it did, and -1 for the others."""
    if way == "reversed":
        return [-1] * count
    return [1 - 2 * (byte & 1) for byte in _CHANCE.randbytes(count)]


def _in_place(before: Any, after: Any, way: Way, keys: Any) -> None:
    for key in list(keys):
        after[key] = other_way(before[key], after[key], way)


def _sequence(before: Any, after: Any, way: Way) -> Any:
    if len(before) != len(after):
        raise CannotReverse("this change cannot be reversed: it makes a list longer or shorter")
    if isinstance(after, tuple):
        parts = [other_way(one, other, way) for one, other in zip(before, after, strict=True)]
        return type(after)(*parts) if hasattr(after, "_fields") else type(after)(parts)
    for i, value in enumerate(after):
        after[i] = other_way(before[i], value, way)
    return after


def _array(before: Any, after: Any, way: Way) -> Any:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(after, torch.Tensor):
        direction = _directions(torch, after, way)
        with torch.no_grad():
            after.copy_(before + direction * (after - before))
        return after
    numpy = sys.modules["numpy"]
    direction = numpy.array(signs(after.size, way), dtype=after.dtype).reshape(after.shape)
    new = before + direction * (after - before)
    if isinstance(after, numpy.ndarray) and after.shape and after.flags.writeable:
        after[...] = new
        return after
    return new


def _directions(torch: Any, after: Any, way: Way) -> Any:
    """Return `signs` for each number of a tensor, on its device; a GPU's networks have millions."""
    if way == "reversed" or not after.numel():
        return -1
    drawn = torch.frombuffer(bytearray(_CHANCE.randbytes(after.numel())), dtype=torch.uint8)
    return (1 - 2 * (drawn & 1).to(torch.int8)).to(after).reshape(after.shape)


def _is_array(value: Any) -> bool:
    """Return whether a value is an array or a tensor of numbers with a sign."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return value.is_floating_point() or value.dtype in {torch.int32, torch.int64}
    return (
        type(value).__module__.partition(".")[0] in {"numpy", "jax", "jaxlib"}
        and getattr(value, "dtype", None) is not None
        and (value.dtype.kind in "ifc")
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | complex) and not isinstance(value, bool)
