"""Numbers of a claim as readers of a page see them."""

from __future__ import annotations

from collections.abc import Sequence

from site_tools.model.goals import Goal, show

_SMALLEST = 7
"""Decimal places up to which a small number is written out."""

_MINUS = "\N{MINUS SIGN}"


def number_range(numbers: Sequence[float], goal: Goal) -> str:
    """Return the smallest and the largest of some numbers, as `0.3 to 0.5`."""
    if not numbers:
        return "no number"
    texts = list(dict.fromkeys(plain(show(f(numbers), goal)) for f in (min, max)))
    return " to ".join(texts).replace("-", _MINUS)


def plain(number: str) -> str:
    """Return a small number without an exponent: `2.4e-05` as 0.000024."""
    mantissa, _, exponent = number.partition("e-")
    digits = len(mantissa.partition(".")[2])
    small = exponent and int(exponent) <= _SMALLEST
    return f"{float(number):.{int(exponent) + digits}f}" if small else number
