"""The final namespace of a program → a number for each metric, and nothing changed by asking."""

from __future__ import annotations

import json
import math
import numbers
import sys
from typing import Any
from zlib import crc32

from site_tools.analysis.majority_baseline import PREFIX
from site_tools.worker import seeding
from site_tools.worker.code_locations import text_of
from site_tools.worker.majority import measure_majority

LONGEST_REPR = 60
"""Characters of a wrong value that a message shows."""

NOTHING = "gives None, not a number"
"""What is wrong with an expression that has nothing to say."""


def measure(metrics: list[str], namespace: dict[str, Any]) -> str:
    """Evaluate metrics in a post's final namespace, and leave everything as it was.

    The random generators of random, numpy and torch are put back. Returns a JSON object: for each
    metric its number (inf and nan are not among them), or a text that says why there is none.
    """
    return json.dumps({metric: evaluate(metric, namespace) for metric in metrics})


class TooLong(BaseException):
    """Ends the evaluation of an expression; not an Exception, so that foreign code lets it pass."""


def evaluate(metric: str, namespace: dict[str, Any], *, check: bool = True) -> float | str:
    """Return an expression's number, or why there is none; the random generators are put back.

    With `check`, an expression that changes what it measures has none; that takes a look at all
    that the namespace holds.
    """
    states = seeding.random_states()
    before = _fingerprint(namespace) if check else {}
    scope = dict(namespace)
    try:
        if metric.startswith(PREFIX):
            return measure_majority(metric, scope)
        value = _number(eval(metric, scope))  # noqa: S307  the author's own expression
    except TooLong:
        raise
    except BaseException as error:  # noqa: BLE001  foreign code may raise anything
        return f"raises {type(error).__name__}: {text_of(error)}"
    finally:
        seeding.restore(states)
    new = [name for name in scope if name not in namespace or scope[name] is not namespace[name]]
    bound = [name for name in new if not name.startswith("__")]
    if bound:
        return f"binds `{bound[0]}`, so it changes what it measures"
    after = _fingerprint(namespace) if check else {}
    for name, print_ in before.items():
        if after.get(name) != print_:
            return f"changes `{name}`, so it changes what it measures"
    return value


def _number(value: Any) -> float | str:
    device = getattr(value, "device", "cpu")
    if str(device) != "cpu":
        return f"gives a tensor on the device {device}, not on the CPU"
    shape = tuple(getattr(value, "shape", ()))
    if shape:
        return f"gives an array of shape {shape}, not one number"
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        text = repr(value)
        shown = text if len(text) <= LONGEST_REPR else text[: LONGEST_REPR - 1] + "…"
        return f"gives {shown}, not a number"
    if not math.isfinite(value):
        return f"is {float(value)}, not a finite number"
    return float(value)


def _fingerprint(namespace: dict[str, Any]) -> dict[str, object]:
    """Return for each name something that differs when its contents change."""
    return {name: _print_of(value) for name, value in namespace.items() if name[:1] != "_"}


def _print_of(value: Any) -> object:
    try:
        return _contents(value)
    except BaseException:  # noqa: BLE001  foreign types may refuse anything
        return None


def _contents(value: Any) -> object:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return _print_of_tensor(value)
    if torch is not None and isinstance(value, torch.nn.Module):
        return [_print_of_tensor(tensor) for tensor in value.state_dict().values()]
    if type(value).__module__ == "numpy" and hasattr(value, "tobytes"):
        return crc32(value.tobytes()) if value.dtype != object else value.size
    if isinstance(value, list | tuple | set | frozenset):
        return [id(part) for part in value]
    if isinstance(value, dict):
        return [(id(key), id(part)) for key, part in value.items()]
    return None


def _print_of_tensor(tensor: Any) -> object:
    return crc32(tensor.detach().cpu().numpy().tobytes())
