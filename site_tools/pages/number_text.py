"""Numbers of a claim as readers of a page see them: never as `1e-08`."""

from __future__ import annotations

from collections.abc import Sequence

from site_tools.model.goals import Goal, in_words, show

_SMALLEST = 7
"""Decimal places up to which a small number is written out."""

_MINUS = "\N{MINUS SIGN}"
_TIMES = "\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}"
_RAISED = str.maketrans("-0123456789", "\N{SUPERSCRIPT MINUS}⁰¹²³⁴⁵⁶⁷⁸⁹")


def shown(value: float, goal: Goal) -> str:
    """Return a number with as many digits as its goal needs, for readers."""
    return readable(show(value, goal))


def goal_in_words(goal: Goal) -> str:
    """Return a goal as a reader would say it: `below 0.05`."""
    return in_words(goal).replace(goal.digits, readable(goal.digits))


def number_range(numbers: Sequence[float], goal: Goal) -> str:
    """Return the smallest and the largest of some numbers, as `0.3 to 0.5`."""
    if not numbers:
        return "no number"
    return " to ".join(dict.fromkeys(shown(f(numbers), goal) for f in (min, max)))


def readable(number: str) -> str:
    """Return a number as people write it: `2.4e-05` as 0.000024, and `1e-08` with a power of 10."""
    mantissa, exponent, power = number.lower().partition("e")
    if not exponent:
        return number.replace("-", _MINUS)
    if 0 < -int(power) <= _SMALLEST:
        digits = len(mantissa.partition(".")[2])
        return f"{float(number):.{digits - int(power)}f}".replace("-", _MINUS)
    return f"{mantissa.replace('-', _MINUS)}{_TIMES}{_power(power)}"


def tick_name(number: str) -> str:
    """Return the name of a tick, with a power of ten in place of an exponent: `1e-08` as 10⁻⁸."""
    mantissa, exponent, power = number.replace("-", _MINUS, number.startswith("-")).partition("e")
    if not exponent:
        return mantissa
    one = mantissa.removeprefix(_MINUS) == "1"
    return f"{mantissa[:-1] if one else mantissa + _TIMES}{_power(power)}"


def _power(exponent: str) -> str:
    return f"10{str(int(exponent)).translate(_RAISED)}"
