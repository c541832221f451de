"""Evaluate the expressions that a post's prose shows, in the final namespace of its program."""

from __future__ import annotations

import numbers
from typing import Any

from site_tools.model.faults import MetricFault
from site_tools.model.protocol import LONGEST_SHOWN
from site_tools.worker.metrics import TooLong, evaluate_into
from site_tools.worker.time_limit import quiet_time_limit

SECONDS = 10.0
"""The time that one expression may take: it formats what the program has computed."""


def evaluate_text(expression: str, namespace: dict[str, Any]) -> str | MetricFault:
    """Return the text that an expression gives, or why there is none.

    It is evaluated twice: a text that differs, such as the time, would be no result of the run.
    Like a metric, it may change nothing, and random generators are restored.
    """
    try:
        with quiet_time_limit(SECONDS):
            first, second = (evaluate_into(_text_of, expression, namespace) for _ in range(2))
    except TooLong:
        return MetricFault("slow", f"takes longer than {SECONDS:g} s")
    if isinstance(first, str) and first != second:
        return MetricFault("changes", "gives another text each time")
    return first


def _text_of(value: Any) -> str | MetricFault:
    """Return the text of a text or a number, or what the value is instead."""
    if not isinstance(value, str):
        if hasattr(value, "item") and not tuple(getattr(value, "shape", ())):
            value = value.item()
        if not isinstance(value, numbers.Real):
            return MetricFault("not a text", f"gives a value of type {type(value).__name__}")
    text = str(value).strip()
    if not text:
        return MetricFault("not a text", "gives an empty text")
    if len(text) > LONGEST_SHOWN:
        return MetricFault("not a text", f"gives {len(text):,} characters")
    if not text.isprintable():
        return MetricFault("not a text", "gives a text with a line break or a control character")
    return text
