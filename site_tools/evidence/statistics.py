"""The statistics of a verdict: how many starts must pass, and how far away the goal must be.

Pure functions of numbers. The thresholds are promises to the readers of the site: how they are
derived is said beside each.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from site_tools.model.goals import Goal, holds

GOOD_START = 0.99
"""The share of random starts on which a network is assumed to learn if its author says that it
does. Not 1: honest networks fail on a rare start (dead units, a poor local minimum)."""

FALSE_ALARM = 1e-4
"""How often such a network may miss the quorum: a hundred posts can be run a hundred times before
one false alarm is expected."""

CONFIDENCE = 0.95
"""Confidence of the lower bound on the share of starts that meet a goal, as is usual."""

MARGIN = 4.0
"""Standard deviations that must lie between the goal and the mean of the trained runs. Beyond 4,
a normally distributed value misses the goal once in 30,000 runs, and a value of any distribution
in at most 1 of 17 (Cantelli's inequality, 1 / (1 + 4²)). The deviation is estimated, usually from
8 runs, and in 1 of 20 experiments at 0.56 of its size or less (chi-squared, 7 degrees of freedom):
4 estimated deviations are then little more than 2, so fewer would promise too much."""

GAP = 0.25
"""The part of the distance between trained and untrained means by which each control must miss the
goal. A goal just beyond the controls would say only that the network learned something; with a
quarter, three quarters are left for the author's choice. A convention, not a formula:
`benchmarks/verdicts.py` measures how often verdicts are wrong with it."""

FLOOR = 10.0
"""A loss this many times smaller than its goal counts as 0, and so does what an accuracy lacks of
1: on a log scale, 1e-15 and 1e-9 would otherwise be further apart than trained and untrained."""

_SHORTEST, _LONGEST = 1, 4
"""Digits of a suggested goal."""

_PARTS = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9)
"""Where suggested goals are tried, as parts of the distance from the trained runs to the controls:
half-way first."""


def same(one: float | None, other: float | None) -> bool:
    """Return whether two runs of one program gave the same number, to nine digits.

    The last digits may differ without a fault of the post: the iteration order of a set of objects
    depends on their addresses, and with it the rounding of a sum. None is the same as nothing.
    """
    if one is None or other is None:
        return False
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-15)


def repeats(published: float | None, again: float | None, goal: Goal, device: str) -> bool:
    """Return whether another run of a program gave the published number again.

    On the CPU, that is to nine digits. A GPU may add in another order each time, and training
    amplifies the last digits. There, both must meet the goal, and the other number may be no
    further from the published one than the goal is: the claim says the same of both.
    """
    if same(published, again):
        return True
    if device != "gpu" or published is None or again is None:
        return False
    margin = abs(published - goal.number)
    return holds(goal, published) and holds(goal, again) and abs(published - again) <= margin


def quorum(trials: int) -> int:
    """Return how many of n seed trials must meet the goal.

    The largest number that a network which learns on 99 % of starts (GOOD_START) misses in fewer
    than one of 10,000 experiments (FALSE_ALARM): independent starts that pass or fail are
    binomially distributed. 6 of 8, 17 of 20.
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

    The one-sided interval of Clopper and Pearson ("The use of confidence or fiducial limits
    illustrated in the case of the binomial", Biometrika 26, 1934): the share at which as many
    successes or more would be seen in 5 % of experiments. It is never too high, which the usual
    normal approximation is for few trials and shares near 1. Found by bisection; in 0 … 1.
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


ScaleName = Literal["linear", "log", "logit"]


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale on which equal differences between values of a metric mean equal improvements."""

    name: ScaleName
    forward: Callable[[float], float]
    back: Callable[[float], float]


LINEAR = Scale("linear", float, float)


def scale_for(goal: Goal, values: Sequence[float]) -> Scale:
    """Return the scale for a goal and the values that were measured.

    Losses (smaller is better, all positive) are compared on a log scale, accuracies (larger is
    better, all in 0 … 1) by their logits, everything else on a linear scale. Values are clipped at
    the goal divided by FLOOR, and accuracies at both ends.
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
    """How far the goal is from the trained runs and from the controls."""

    margin: float
    """From the trained runs' mean to the goal, in their standard deviations; may be infinite."""
    gap: float
    """By how much the nearest control misses the goal, as part of the means' distance."""
    scale: ScaleName = "linear"
    """The scale on which the gap is measured."""
    from_guess: bool = False
    """Whether a guess is nearer to the goal than the controls, and the gap is measured from it."""

    by_chance: float | None = None
    """The share of starts that miss the goal if they differ by chance alone; None if unknown."""

    @property
    def roomy(self) -> bool:
        """Return whether the goal is far enough from the trained runs.

        By their deviation; or, of a share of few examples, by the number of wrong answers, if so
        many starts meet it that a network learns on (GOOD_START).
        """
        counted = self.by_chance is not None and self.by_chance <= 1 - GOOD_START
        return self.margin >= MARGIN or counted

    @property
    def wide(self) -> bool:
        """Return whether the goal is far enough from both sides."""
        return self.roomy and self.gap >= GAP


def separation(
    goal: Goal, trained: Sequence[float], untrained: Sequence[float], guess: float | None = None
) -> Separation:
    """Return how well a goal separates trained values from untrained ones.

    `guess` is the best number without a network, if that is known. An untrained network may be far
    worse: with labels of 1 and -1 and weights of 0, none of its answers is right, and any goal is
    far from it. So the gap is measured from the guess as well, and the smaller one counts: as a
    part of what the network gains over the guess, on either scale.

    Neither must be empty. Negative numbers mean the wrong side of the goal. The margin is measured
    on the scale of `scale_for` and on a linear scale, and the larger one counts: a loss that is
    sometimes almost 0 has a long tail on a log scale, on the side that does no harm. The gap of an
    accuracy is also measured on both, and the larger one counts. Near 1, one example of forty
    changes the logit as much as seven examples do near 0.5, and few examples do not determine such
    a logit. So an accuracy of 1 after training does not make the gap too small where 0.95 would
    be accepted. A gap is 0 where the means differ by no more than rounding.
    """
    scale, sign = scale_for(goal, [*trained, *untrained]), _direction(goal)
    good, target = list(map(scale.forward, trained)), scale.forward(goal.number)
    margin = max(_margin(sign, good, target), _margin(sign, trained, goal.number))
    scales = [scale, LINEAR] if scale.name == "logit" else [scale]
    found = Separation(margin, *_widest(scales, goal, trained, untrained))
    if guess is None or not sign or any(sign * value >= sign * guess for value in untrained):
        return found
    scales = [scale_for(goal, [*trained, guess]), LINEAR]
    gap, name = _widest(scales, goal, trained, [guess])
    return Separation(margin, gap, name, from_guess=True) if gap < found.gap else found


def _widest(
    scales: Sequence[Scale], goal: Goal, trained: Sequence[float], untrained: Sequence[float]
) -> tuple[float, ScaleName]:
    """Return the largest gap, with the scale on which it is measured."""
    gaps = [(_gap(one, goal, trained, untrained), one.name) for one in scales]
    return max(gaps, key=lambda gap: gap[0])


def _gap(scale: Scale, goal: Goal, trained: Sequence[float], untrained: Sequence[float]) -> float:
    """Return by how much the nearest control misses the goal, as part of the means' distance."""
    sign, target = _direction(goal), scale.forward(goal.number)
    good, bad = list(map(scale.forward, trained)), list(map(scale.forward, untrained))
    distance = abs(statistics.fmean(bad) - statistics.fmean(good))
    missed = min(abs(target - value) if not sign else sign * (target - value) for value in bad)
    return missed / distance if distance > abs(missed) * 1e-6 else 0.0


def _margin(sign: int, trained: Sequence[float], target: float) -> float:
    """Return how many standard deviations lie between a mean and the goal."""
    distance = sign * (statistics.fmean(trained) - target) if sign else math.inf
    spread = _spread(trained)
    return distance / spread if spread else math.copysign(math.inf, distance)


def _spread(values: Sequence[float]) -> float:
    """Return the sample standard deviation; 0 when it is within the rounding of a double."""
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return spread if spread > 1e-12 * max(map(abs, values), default=0) else 0.0


def _direction(goal: Goal) -> int:
    """Return 1 when larger is better, -1 when smaller is, 0 for an exact number."""
    return {"<": -1, "=": 0, ">": 1}[goal.sign[0]]


def suggest(
    goal: Goal,
    trained: Sequence[float],
    untrained: Sequence[float],
    needed: int | None = None,
    *,
    also: tuple[Sequence[float], Sequence[float]] = ((), ()),
) -> str:
    """Return a goal such as `< 0.1` that would be accepted, or an empty text.

    `needed` of the trained values must meet it, by default all. `also` has values that must meet
    it and values that must miss it: the published number, and baselines, of which the best counts
    as a guess. Numbers with fewer digits are tried first, then those nearer to half-way between
    trained and untrained values.
    """
    sign = _direction(goal)
    enough = needed or len(trained)
    if not (sign and untrained) or not 0 < enough <= len(trained):
        return ""
    worst, best = (min, max) if sign > 0 else (max, min)
    near = worst([sorted(trained, reverse=sign > 0)[enough - 1], *also[0]])
    far = best([*untrained, *also[1]])
    guess = best(also[1]) if also[1] else None
    for digits in range(_SHORTEST, _LONGEST + 1):
        for number in _between(near, far):
            text = f"{number:.{digits}g}"
            found = Goal(goal.sign, float(text), text)
            passing = [value for value in trained if holds(found, value)]
            met = len(passing) >= enough and all(holds(found, value) for value in also[0])
            missed = not any(holds(found, value) for value in [*untrained, *also[1]])
            if met and missed and separation(found, passing, untrained, guess).wide:
                return f"{goal.sign} {found.number:g}"
    return ""


def _between(near: float, far: float) -> Iterator[float]:
    """Yield numbers between two others, by ratio if both are positive, and by difference."""
    for part in _PARTS:
        if near > 0 and far > 0:
            yield math.exp(math.log(near) * (1 - part) + math.log(far) * part)
        yield near * (1 - part) + far * part
