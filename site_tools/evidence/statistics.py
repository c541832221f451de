"""The statistics of a verdict: how many starts must pass, how much room a goal must leave.

Pure functions of numbers. Constants are the promises that the site makes to its readers.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from site_tools.model.goals import Goal, holds

GOOD_START = 0.99
"""The share of random starts on which a network that learns is taken to learn."""

FALSE_ALARM = 1e-4
"""How often such a network may fall short of the quorum."""

CONFIDENCE = 0.95
"""Of the lower bound on the share of starts that reach a goal."""

ROOM = 4.0
"""Standard deviations of the trained runs that must lie between them and the goal."""

GAP = 0.25
"""The part of the way from trained to untrained by which every control must miss the goal."""

FLOOR = 10.0
"""A loss this many times smaller than its goal is as good as 0, and so is what an accuracy lacks
of 1."""

_SHORTEST, _LONGEST = 1, 4
"""Digits of a suggested goal."""

_PARTS = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9)
"""Where suggested goals are tried, on the way from the trained runs to the controls."""


def same(one: float | str | None, other: float | str | None) -> bool:
    """Return whether two runs of one program gave the same number, to nine digits.

    The order of a set of objects may change the last ones, which is no fault of a post.
    """
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-15)
    return False


def quorum(trials: int) -> int:
    """Return how many of n seed trials must reach the goal.

    The largest number that a network which learns on 99 % of starts misses in fewer than one of
    10,000 experiments, by the binomial distribution.
    """
    enough = (
        q for q in range(trials, 0, -1) if binomial_below(q, trials, GOOD_START) < FALSE_ALARM
    )
    return next(enough, 1)


def binomial_below(passing: int, trials: int, share: float) -> float:
    """Return the probability of fewer than `passing` successes in n independent trials."""
    return math.fsum(
        math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(passing)
    )


def at_least(passing: int, trials: int) -> float:
    """Return the lower end of the exact 95 % interval for the share of starts that pass.

    The one-sided interval of Clopper and Pearson (1934): the share at which as many successes or
    more would be seen in 5 % of experiments, found by bisection; in 0 … 1.
    """
    low, high = 0.0, 1.0
    if not passing:
        return 0.0
    for _ in range(60):
        middle = (low + high) / 2
        if 1 - binomial_below(passing, trials, middle) < 1 - CONFIDENCE:
            low = middle
        else:
            high = middle
    return low


@dataclass(frozen=True, slots=True)
class Scale:
    """On which scale differences between values of a metric mean the same everywhere."""

    name: Literal["linear", "log", "logit"]
    forward: Callable[[float], float]
    back: Callable[[float], float]


LINEAR = Scale("linear", float, float)


def scale_for(goal: Goal, values: Sequence[float]) -> Scale:
    """Return the scale for a goal and the values that were measured.

    Losses (to be small, all positive) are compared on a log scale, accuracies (to be large, all
    in 0 … 1) by their logits; everything else as it is. A loss below a tenth of the goal counts
    as a tenth, so that 1e-15 is as good as 1e-9 and no goal has to follow it there; likewise what
    an accuracy lacks of 1 or of 0.
    """
    known = [goal.number, *values]
    if goal.sign in {"<", "<="} and min(known) > 0:
        smallest = goal.number / FLOOR
        return Scale("log", lambda value: math.log(max(value, smallest)), math.exp)
    if goal.sign in {">", ">="} and 0 < goal.number < 1 and all(0 <= v <= 1 for v in known):
        edge = min(goal.number, 1 - goal.number) / FLOOR

        def logit(value: float) -> float:
            share = min(max(value, edge), 1 - edge)
            return math.log(share / (1 - share))

        return Scale("logit", logit, lambda x: 1 / (1 + math.exp(-x)))
    return LINEAR


@dataclass(frozen=True, slots=True)
class Separation:
    """How far the goal stands from the trained runs and from the controls."""

    room: float
    """From the trained runs' mean to the goal, in their standard deviations; may be infinite."""
    gap: float
    """By how much the nearest control misses the goal, as part of the way between the means."""

    @property
    def wide(self) -> bool:
        """Return whether the goal leaves room on both sides."""
        return self.room >= ROOM and self.gap >= GAP


def separation(goal: Goal, trained: Sequence[float], untrained: Sequence[float]) -> Separation:
    """Return how well a goal separates trained values from untrained ones.

    Both must not be empty. Negative numbers mean the wrong side of the goal. The room is measured
    on the scale of `scale_for` and as it is, and the wider counts: a loss that is sometimes almost
    0 has a long tail on a log scale, on the side that does no harm.
    """
    scale = scale_for(goal, [*trained, *untrained])
    target = scale.forward(goal.number)
    good, bad = list(map(scale.forward, trained)), list(map(scale.forward, untrained))
    way = abs(statistics.fmean(bad) - statistics.fmean(good))
    sign = _direction(goal)
    missed = min(abs(target - value) if not sign else sign * (target - value) for value in bad)
    room = max(_room(sign, good, target), _room(sign, trained, goal.number))
    return Separation(room, missed / way if way > abs(missed) * 1e-6 else 0.0)


def _room(sign: int, trained: Sequence[float], target: float) -> float:
    """Return how many standard deviations lie between a mean and the goal."""
    distance = sign * (statistics.fmean(trained) - target) if sign else math.inf
    spread = _spread(trained)
    return distance / spread if spread else math.copysign(math.inf, distance)


def _spread(values: Sequence[float]) -> float:
    """Return the standard deviation; 0 when it is nothing but rounding."""
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return spread if spread > 1e-12 * max(map(abs, values), default=0) else 0.0


def _direction(goal: Goal) -> int:
    """Return 1 when larger is better, -1 when smaller is, 0 when only one number will do."""
    return {"<": -1, "=": 0, ">": 1}[goal.sign[0]]


def suggest(
    goal: Goal, trained: Sequence[float], untrained: Sequence[float], needed: int | None = None
) -> str:
    """Return a goal such as `< 0.1` that would be accepted, or an empty text.

    `needed` of the trained values must reach it, by default all, and the first in any case. Round
    numbers are tried first, and those half-way between trained and untrained values.
    """
    sign = _direction(goal)
    enough = needed or len(trained)
    if not (sign and untrained) or not 0 < enough <= len(trained):
        return ""
    near = sorted(trained, reverse=sign > 0)[enough - 1]
    far = (max if sign > 0 else min)(untrained)
    for digits in range(_SHORTEST, _LONGEST + 1):
        for place in _between(near, far):
            text = f"{place:.{digits}g}"
            found = Goal(goal.sign, float(text), text)
            passing = [value for value in trained if holds(found, value)]
            accepted = len(passing) >= enough and holds(found, trained[0])
            if accepted and separation(found, passing, untrained).wide:
                return f"{goal.sign} {found.number:g}"
    return ""


def _between(near: float, far: float) -> Iterator[float]:
    """Yield numbers on the way from one to the other: by ratio if they have one, and plain."""
    for part in _PARTS:
        if near > 0 and far > 0:
            yield math.exp(math.log(near) * (1 - part) + math.log(far) * part)
        yield near * (1 - part) + far * part
