"""Evaluate metrics in the final namespace of a program, without changing the program."""

from __future__ import annotations

import json
import math
import numbers
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar
from zlib import crc32

from site_tools.model.faults import MetricFault
from site_tools.model.text import cut
from site_tools.worker import seeding
from site_tools.worker.code_locations import text_of

LONGEST_REPR = 60
"""Characters of a wrong value that a message shows."""


def measure(metrics: list[str], namespace: dict[str, Any]) -> str:
    """Evaluate metrics in a post's final namespace, and leave the program as it was.

    The random generators of random, numpy and torch are restored. Returns a JSON object: for each
    metric its finite number, or the kind and text of a MetricFault.
    """
    values = {metric: evaluate(metric, namespace) for metric in metrics}
    return json.dumps(values, default=asdict)


T = TypeVar("T")


class TooLong(BaseException):
    """Ends an evaluation. Not an Exception, so that `except Exception` in a post lets it pass."""


def evaluate(metric: str, namespace: dict[str, Any], *, check: bool = True) -> float | MetricFault:
    """Return an expression's number, or why there is none; random generators are restored.

    See `evaluate_into`.
    """
    return evaluate_into(number_of, metric, namespace, check=check)


def evaluate_into(
    convert: Callable[[Any], T | MetricFault],
    expression: str,
    namespace: dict[str, Any],
    *,
    check: bool = True,
) -> T | MetricFault:
    """Return what becomes of an expression's value; random generators are restored.

    With `check`, an expression that changes a name or the contents of an object gives a fault;
    that takes a checksum of everything in the namespace, before and after.
    """
    states = seeding.random_states()
    before = _fingerprint(namespace) if check else {}
    scope = dict(namespace)
    try:
        value = convert(eval(expression, scope))  # noqa: S307  the author's own expression
    except TooLong:
        raise
    except BaseException as error:  # noqa: BLE001  foreign code may raise anything
        return MetricFault("raises", f"raises {type(error).__name__}: {text_of(error)}")
    finally:
        seeding.restore(states)
    new = [name for name in scope if name not in namespace or scope[name] is not namespace[name]]
    bound = [name for name in new if not name.startswith("__")]
    if bound:
        return MetricFault("changes", f"binds `{bound[0]}`, so it changes what it measures")
    after = _fingerprint(namespace) if check else {}
    for name, checksum in before.items():
        if after.get(name) != checksum:
            return MetricFault("changes", f"changes `{name}`, so it changes what it measures")
    return value


def number_of(value: Any) -> float | MetricFault:
    """Return the finite number that an expression gave, or what it is instead."""
    if str(getattr(value, "device", "")) == "meta":
        return MetricFault("device", "gives a tensor on the device meta, which holds no numbers")
    shape = tuple(getattr(value, "shape", ()))
    if shape:
        return MetricFault("not a number", f"gives an array of shape {shape}, not one number")
    if hasattr(value, "item"):
        value = value.item()
    if value is None:
        return MetricFault("none", "gives None, not a number")
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        shown = cut(repr(value), LONGEST_REPR)
        return MetricFault("not a number", f"gives {shown}, not a number")
    if not math.isfinite(value):
        return MetricFault("not finite", f"is {float(value)}, not a finite number")
    return float(value)


def _fingerprint(namespace: dict[str, Any]) -> dict[str, object]:
    """Return for each public name a value that differs when the object's contents change."""
    return {name: _safe_checksum(value) for name, value in namespace.items() if name[:1] != "_"}


def _safe_checksum(value: Any) -> object:
    try:
        return _checksum(value)
    except BaseException:  # noqa: BLE001  foreign types may raise anything
        return None


def _checksum(value: Any) -> object:
    """Return a CRC of numbers, the identities of a container's items, or None for other types."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return _tensor_checksum(value)
    if torch is not None and isinstance(value, torch.nn.Module):
        return [_tensor_checksum(tensor) for tensor in value.state_dict().values()]
    if type(value).__module__ == "numpy" and hasattr(value, "tobytes"):
        return crc32(value.tobytes()) if value.dtype != object else value.size
    if isinstance(value, list | tuple | set | frozenset):
        return [id(part) for part in value]
    if isinstance(value, dict):
        return [(id(key), id(part)) for key, part in value.items()]
    return None


def _tensor_checksum(tensor: Any) -> object:
    return crc32(tensor.detach().cpu().numpy().tobytes())
