"""What happens inside the process that runs a post, after its last cell: measuring.

Imported by that process, so it must stay light and import nothing but the standard library.
"""

from __future__ import annotations

import json
import math
import numbers
import random
import sys
from typing import Any

LONGEST_REPR = 60
"""Characters of a wrong value that a message shows."""


def measure(metrics: list[str], namespace: dict[str, Any]) -> str:
    """Evaluate metrics in a post's final namespace, and leave everything as it was.

    New names land in a copy of the namespace; the random generators of random, numpy and
    torch are put back. Returns a JSON list: for each metric its number (inf and nan are not
    among them), or a text that says why there is none.
    """
    return json.dumps([_evaluate(metric, namespace) for metric in metrics])


def _evaluate(metric: str, namespace: dict[str, Any]) -> float | str:
    states = _random_states()
    try:
        value = eval(metric, dict(namespace))  # noqa: S307  the author's own expression
        return _number(value)
    except Exception as error:  # noqa: BLE001  foreign code may raise anything
        return f"raises {type(error).__name__}: {error}"
    finally:
        _restore_random(states)


def _number(value: Any) -> float | str:
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


def _random_states() -> dict[str, Any]:
    """Return the state of each generator whose module the post has loaded."""
    states: dict[str, Any] = {"random": random.getstate()}
    if "numpy" in sys.modules:
        states["numpy"] = sys.modules["numpy"].random.get_state()
    if "torch" in sys.modules:
        states["torch"] = sys.modules["torch"].get_rng_state()
    return states


def _restore_random(states: dict[str, Any]) -> None:
    random.setstate(states["random"])
    if "numpy" in states:
        sys.modules["numpy"].random.set_state(states["numpy"])
    if "torch" in states:
        sys.modules["torch"].set_rng_state(states["torch"])
