"""What a claim's texts mean: a goal as a comparison, a metric as an expression.

Knows nothing of runs or of posts beyond the values it is given.
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass

_SIGNS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
_GOAL = re.compile(r"(<=|>=|==|<|>)\s*(\S+)")
_WORDS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least", "==": "exactly"}

_FINE = 4
"""Decimal places that a value is shown with, beyond the goal's first digit."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A comparison that a metric must meet, such as `< 0.05`."""

    sign: str
    """One of `<`, `<=`, `>`, `>=`, `==`."""
    number: float
    digits: str
    """The number as the author wrote it."""

    def __str__(self) -> str:
        return f"{self.sign} {self.digits}"


def parse_goal(text: str) -> Goal:
    """Read a goal such as `< 0.05`.

    Raises ValueError when the text is not one comparison with one finite number.
    """
    match = _GOAL.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    sign, digits = match.groups()
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(text)
    return Goal(sign, number, digits)


def holds(goal: Goal, value: float) -> bool:
    """Return whether a finite value meets the goal."""
    return bool(_SIGNS[goal.sign](value, goal.number))


def in_words(goal: Goal) -> str:
    """Return the goal as a reader would say it: `below 0.05`."""
    return f"{_WORDS[goal.sign]} {goal.digits}"


def show(value: float, goal: Goal) -> str:
    """Return a number with three digits, or as many as it takes to be on its side of the goal."""
    texts = [f"{value:.{digits}g}" for digits in range(3, 18)]
    if goal.number:  # no finer than the goal itself, so that 1e-9 is 0 beside a goal of 0.4
        finest = _FINE - math.floor(math.log10(abs(goal.number)))
        texts.insert(0, f"{round(float(texts[0]), finest) + 0.0:g}")
    return next((text for text in texts if _same_side(float(text), value, goal)), repr(value))


def _same_side(shown: float, value: float, goal: Goal) -> bool:
    same = holds(goal, shown) == holds(goal, value)
    return same and (shown == goal.number) == (value == goal.number)


def syntax_error(metric: str) -> str:
    """Return what is wrong with a metric's syntax, or an empty text."""
    try:
        compile(metric, "<metric>", "eval")
    except SyntaxError as error:
        return error.msg
    except (ValueError, RecursionError, MemoryError) as error:  # a null byte, deep nesting
        return str(error) or type(error).__name__
    return ""
