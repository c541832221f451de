"""What would make a claim that is too close to call stronger, as far as its runs show it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Sequence

from site_tools.evidence.counted_answers import examples
from site_tools.evidence.learning_curve import Curve
from site_tools.evidence.statistics import suggest
from site_tools.evidence.verdict import Trial, Verdict
from site_tools.model.goals import show

COARSE = 0.25
"""One example counts much if it is worth this part of the standard deviation between starts."""

IMPROVING = 0.05
"""Training is not at its end if its last quarter makes this part of the whole difference."""

NOISY = 0.5
"""A single step is noisy if the last samples of a run differ by this part of what starts do."""


def suggestion(verdict: Verdict, others: Iterable[Trial] = ()) -> str:
    """Return a goal that would be accepted, or an empty text.

    `others` are further runs that must miss it as clearly as the controls do.
    """
    trained = [trial.value for trial in verdict.seeds if trial.value is not None]
    off = (*verdict.controls, *others)
    untrained = [trial.value for trial in off if trial.value is not None]
    published = [verdict.published.value] if verdict.published.value is not None else []
    missing = [baseline.value for baseline in verdict.baselines]
    if verdict.same_start and verdict.same_start.value is not None:
        missing.append(verdict.same_start.value)
    also = published, missing
    return suggest(verdict.claim.goal, trained, untrained, verdict.needed, also=also)


def ways(verdict: Verdict) -> Iterator[str]:
    """Yield sentences about what would bring the runs closer together, or further from the goal."""
    trained = [t.value for t in verdict.seeds if t.value is not None and t.passed]
    spread = statistics.stdev(trained) if len(trained) > 1 else 0.0
    yield from _more_examples(verdict, spread)
    if isinstance(verdict.curve, Curve):
        yield from _longer(verdict, verdict.curve.trained.values)
        yield from _averaged(verdict.curve.trained.values, spread)


def _more_examples(verdict: Verdict, spread: float) -> Iterator[str]:
    trials = [verdict.published, *verdict.seeds, *verdict.controls]
    count = examples([trial.value for trial in trials if trial.value is not None])
    if count and 1 / count >= COARSE * spread > 0:
        yield (
            f"One of {count} examples is worth {1 / count:.2g}: measured on more of them, each "
            "counts less."
        )


def _longer(verdict: Verdict, values: Sequence[float]) -> Iterator[str]:
    goal = verdict.claim.goal
    sign = {"<": -1, ">": 1}.get(goal.sign[0], 0)
    quarter, last = values[3 * len(values) // 4], values[-1]
    whole = sign * (last - values[0])
    if sign and whole > 0 and sign * (last - quarter) >= IMPROVING * whole:
        yield (
            f"In the last quarter of its curve the number still goes from {show(quarter, goal)} "
            f"to {show(last, goal)}: with more steps it would go further."
        )


def _averaged(values: Sequence[float], spread: float) -> Iterator[str]:
    steps = [after - before for before, after in zip(values[-9:], values[-8:], strict=False)]
    falls = any(step < 0 for step in steps) and any(step > 0 for step in steps)
    noise = statistics.pstdev(steps) / math.sqrt(2) if len(steps) > 1 else 0.0
    if falls and spread and noise >= NOISY * spread:
        yield (
            f"From sample to sample it changes by about {noise:.2g} at the end, and from start to "
            f"start by {spread:.2g}: a mean over the last steps would vary less."
        )
