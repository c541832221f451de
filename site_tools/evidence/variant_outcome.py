"""What became of a program with one change: does any claim notice, and should one? Pure.

A claim is about what the network reaches, from any start. Two kinds of changes keep it true, so
that no claim could notice them, and they do not count for the mutation score:

- one that makes the program *better*: a claim says how good it is at least;
- another *start*, from which the program does as well as from its own: each seed trial is another
  start too, and a claim must hold in all of them. More or fewer *examples* of those that the
  program draws at random are such a change: each seed trial has other examples.

What stops the program, or keeps it from ending, does not count either: anybody would notice it.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from site_tools.analysis.variants import Variant
from site_tools.model.claim import PUBLISHED, Claim, Condition
from site_tools.model.goals import Goal, holds
from site_tools.model.post import Post
from site_tools.model.run import Run

Outcome = Literal["noticed", "better", "start", "survived", "same", "stopped", "endless"]
"""noticed: a claim refuses it. better: no claim does, and it is better than the program. start: no
claim does, and it is the program from another start. survived: no claim does. same: nothing has
changed. stopped: it raised, or needed too much memory. endless: it did not end by itself."""

IN_WORDS: dict[Outcome, str] = {
    "noticed": "noticed",
    "better": "better",
    "start": "as good as from any other start",
    "survived": "survived",
    "same": "no effect",
    "stopped": "stopped with an error",
    "endless": "did not end",
}

EFFECTIVE = {"noticed", "better", "start", "survived"}
"""The program ends by itself, at other numbers."""

APART = 3.0
"""Standard deviations by which a number from another start may be worse than the mean of the
program's own numbers. Of nine normally distributed numbers, a tenth is further out on one side in
1 of 100 experiments (Student's t with 8 degrees of freedom: 2.9, times the root of 1 + 1/9)."""

Known = Mapping[Condition, Run]
"""The runs of a post's own experiment, and the program itself as a variant that changes nothing:
what has been learned can be compared only in runs of one kind."""


def outcome_of(post: Post, variant: Variant, runs: Sequence[Run], known: Known) -> Outcome:
    """Return what became of a variant.

    `runs` are from the author's own start, then from those of the first seed trials. The first one
    decides whether a claim notices; all must be good for "better" and "start".
    """
    run = runs[0]
    if run.failure:
        return "endless" if run.failure.limit == "time" else "stopped"
    if run.trace.stopped:
        return "endless"
    values = [run.number(claim.metric) for claim in post.claims]
    if not all(map(_met, post.claims, values)):
        return "noticed"
    whole = known.get(post.claims[0].condition("variant"))
    if whole and values == [whole.number(claim.metric) for claim in post.claims]:
        return "same" if run.trace.learned == whole.trace.learned else "survived"
    own = _own_runs(post, known)
    if _is_better(post, runs, own):
        return "better"
    learned = {name for claim in post.claims for name in claim.freeze}
    is_start = bool(variant.starts) and learned.issuperset(variant.starts)
    as_good = all(_is_as_good(claim, runs, own) for claim in post.claims)
    return "start" if (is_start or variant.resized) and as_good else "survived"


def numbers_of(runs: Sequence[Run], claim: Claim) -> list[float]:
    """Return the numbers of a claim, from each run that gives one."""
    return [value for value in _values(runs, claim) if value is not None]


def _values(runs: Sequence[Run], claim: Claim) -> Iterator[float | None]:
    return (None if run.failure else run.number(claim.metric) for run in runs)


def _met(claim: Claim, value: float | None) -> bool:
    return value is not None and holds(claim.goal, value)


def _own_runs(post: Post, known: Known) -> list[Run]:
    """Return the runs of the program itself: the published one, then the seed trials in order."""
    claim = post.claims[0]
    trials = (known.get(claim.condition("seed", trial)) for trial in range(1, claim.seeds + 1))
    return [known[PUBLISHED], *(run for run in trials if run)]


def _is_better(post: Post, runs: Sequence[Run], own: Sequence[Run]) -> bool:
    """Return whether a changed program is better in the first claim, and worse in no other.

    In the first claim it must be better from the author's own start than the program from any, so
    that one lucky start does not suffice. Else a run is compared with that from the same start.
    What changes only the network that a later claim compares with leaves the first number as it
    was: that is not better.
    """
    first, *others = post.claims
    best = runs[0].number(first.metric)
    return (
        best is not None
        and all(_exceeds(first.goal, best, number) for number in numbers_of(own, first))
        and all(_exceeds(first.goal, mine, old) for mine, old in _pairs(first, runs, own))
        and not any(
            _exceeds(claim.goal, old, mine)
            for claim in others
            for mine, old in _pairs(claim, runs, own)
        )
        and all(_met(claim, value) for claim in post.claims for value in _values(runs, claim))
    )


def _pairs(claim: Claim, runs: Sequence[Run], own: Sequence[Run]) -> Iterator[tuple[float, float]]:
    """Yield the numbers of a changed program with those of the program from the same start."""
    for mine, old in zip(_values(runs, claim), _values(own, claim), strict=False):
        if mine is not None and old is not None:
            yield mine, old


def _is_as_good(claim: Claim, runs: Sequence[Run], own: Sequence[Run]) -> bool:
    """Return whether no number of a claim is worse than one of the program from another start."""
    numbers = numbers_of(own, claim)
    sign = -1 if claim.goal.sign.startswith("<") else 1
    spread = statistics.stdev(numbers) if len(numbers) > 1 else 0.0
    least = min(sign * statistics.fmean(numbers) - APART * spread, *(sign * n for n in numbers))
    values = list(_values(runs, claim))
    return all(v is not None and _met(claim, v) and sign * v >= least for v in values)


def _exceeds(goal: Goal, one: float, other: float) -> bool:
    """Return whether a number is further on the good side of a goal than another."""
    if goal.sign == "==":
        return False
    return one < other if goal.sign.startswith("<") else one > other
