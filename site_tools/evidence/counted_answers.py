"""Numbers that are shares of a few examples: how many there are, and how chance varies the shares.

With 40 examples, two equally good networks differ by some right answers. That is no spread of the
starts, and it has no normal distribution near 1: the wrong answers are counted. Pure.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from fractions import Fraction

from site_tools.model.goals import Goal, holds

MOST_EXAMPLES = 2000
"""Examples up to which shares are recognised. Five numbers at random are hardly ever multiples of
one fraction with a denominator of this size."""

_ROUNDING = 4e-8
"""Half of the distance between two numbers of single precision near 1, in which torch computes."""

_FEWEST_SHARES = 4
"""Different values of a share: fewer could be multiples of much by chance."""

MOST_COUNTED = 200
"""Examples up to which wrong answers are counted: of more, one is worth little, and the deviations
between the starts say enough."""

_SPREAD = 2.0
"""How many times the variance of a binomial distribution the numbers of wrong answers may have.
With 8 starts that differ by chance alone they have more in 1 of 20 experiments (chi-squared, 7
degrees of freedom)."""


def examples(values: Sequence[float]) -> int:
    """Return of how many examples these values are shares; 0 when they are no shares."""
    if len(set(values)) < _FEWEST_SHARES or not all(0 <= value <= 1 for value in values):
        return 0
    shares = [Fraction(value).limit_denominator(MOST_EXAMPLES) for value in values]
    near = all(abs(v - float(s)) <= _ROUNDING for v, s in zip(values, shares, strict=True))
    count = math.lcm(*(share.denominator for share in shares))
    return count if near and count <= MOST_EXAMPLES else 0


def chance_to_miss(
    goal: Goal, trained: Sequence[float], others: Sequence[float] = ()
) -> float | None:
    """Return how likely a start misses a goal if starts differ by chance alone, as they seem to.

    The probability is that of a binomial distribution with the share of wrong answers of all
    trained runs. None where the numbers are no shares of few examples, or where starts differ by
    more than chance. `others` are further values of the same metric.
    """
    count = examples([*trained, *others])
    if goal.sign[0] == "=" or not trained or not 0 < count <= MOST_COUNTED:
        return None
    more = goal.sign[0] == ">"
    wrong = [round((1 - value if more else value) * count) for value in trained]
    share = statistics.fmean(wrong) / count
    if len(wrong) > 1 and statistics.variance(wrong) > _SPREAD * count * share * (1 - share):
        return None
    return math.fsum(
        math.comb(count, k) * share**k * (1 - share) ** (count - k)
        for k in range(count + 1)
        if not holds(goal, (count - k if more else k) / count)
    )
