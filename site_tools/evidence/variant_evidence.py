"""What became of a program with one change, and which claims notice it. Pure.

A claim notices a change if the changed program misses its goal, or gives no number. The mutation
score is the share of the changes with an effect that some claim notices. A change that stops the
program, or that keeps it from ending, counts for nothing: anybody would notice it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from site_tools.analysis.variants import Variant
from site_tools.evidence.short_program import reference
from site_tools.model.claim import PUBLISHED, Claim, Condition
from site_tools.model.goals import Goal, holds
from site_tools.model.post import Post, SweepWish
from site_tools.model.run import Run

Outcome = Literal["noticed", "better", "survived", "same", "stopped", "endless"]
"""noticed: a claim refuses it. better: no claim does, and the first claim's number is better than
that of the program from any start. survived: no claim does. same: nothing has changed. stopped: it
raised, or needed too much memory. endless: it did not end by itself."""

IN_WORDS: dict[Outcome, str] = {
    "noticed": "noticed",
    "better": "better",
    "survived": "survived",
    "same": "no effect",
    "stopped": "stopped with an error",
    "endless": "did not end",
}

PER_LINE = 2
"""Variants of one line that a page shows."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A variant with its runs."""

    variant: Variant
    outcome: Outcome
    runs: tuple[Run, ...]
    """From the author's own start; if a page shows it, then from those of the first seed trials."""
    values: tuple[float | None, ...]
    """For each claim, the number from the author's own start."""
    noticed_by: tuple[int, ...]
    """The numbers of the claims that notice it, from 1."""

    @property
    def place(self) -> tuple[int, int]:
        """Return the cell and the line."""
        return self.variant.cell, self.variant.line

    def numbers(self, claim: Claim) -> list[float]:
        """Return the numbers of a claim, from each start that gives one."""
        return numbers_of(self.runs, claim)


@dataclass(frozen=True, slots=True)
class Setting:
    """A program with one of the values of a sweep."""

    value: int | float
    runs: tuple[Run, ...]
    """From the author's own start first."""
    is_own: bool = False
    """Whether it is the author's value."""

    def numbers(self, claim: Claim) -> list[float]:
        """Return the numbers of a claim, from each start that gives one."""
        return numbers_of([run for run in self.runs if not run.trace.stopped], claim)


@dataclass(frozen=True, slots=True)
class SweepEvidence:
    """What other values of one number have shown."""

    wish: SweepWish
    settings: tuple[Setting, ...]
    """In the order of their values, the author's own among them."""


@dataclass(frozen=True, slots=True)
class VariantEvidence:
    """What the variants of a post have shown."""

    tried: tuple[Tried, ...]
    """In the order in which they were chosen."""
    shown: tuple[Tried, ...]
    """Those that a page shows, in the order of the program."""
    total: int
    """How many variants the program has."""
    trained: tuple[Run, ...]
    """The program itself, sampled from the same starts; from the author's own first."""
    sweeps: tuple[SweepEvidence, ...] = ()

    @property
    def effective(self) -> tuple[Tried, ...]:
        """Return those that end by themselves at other numbers."""
        return tuple(t for t in self.tried if t.outcome in {"noticed", "better", "survived"})

    @property
    def noticed(self) -> int:
        """Return how many of them a claim notices."""
        return sum(one.outcome == "noticed" for one in self.effective)

    @property
    def unguarded(self) -> tuple[tuple[int, int], ...]:
        """Return the cells and lines that change the numbers without any claim noticing."""
        noticed = {one.place for one in self.tried if one.outcome == "noticed"}
        return tuple(sorted({one.place for one in self.effective} - noticed))


def numbers_of(runs: Sequence[Run], claim: Claim) -> list[float]:
    """Return the numbers of a claim, from each run that gives one."""
    values = (None if run.failure else run.number(claim.metric) for run in runs)
    return [value for value in values if value is not None]


def tried(post: Post, variant: Variant, variant_runs: Sequence[Run], known: Known) -> Tried:
    """Return what became of a variant."""
    run = variant_runs[0]
    values = tuple(None if run.failure else run.number(c.metric) for c in post.claims)
    noticed = tuple(
        number
        for number, (claim, value) in enumerate(zip(post.claims, values, strict=True), start=1)
        if value is None or not holds(claim.goal, value)
    )
    outcome = _outcome(post, run, values, noticed, known)
    gone = outcome in {"stopped", "endless"}
    return Tried(variant, outcome, tuple(variant_runs), values, () if gone else noticed)


Known = Mapping[Condition, Run]
"""The runs of the post's own experiment."""


def _outcome(
    post: Post,
    run: Run,
    values: Sequence[float | None],
    noticed: Sequence[int],
    known: Known,
) -> Outcome:
    if run.failure:
        return "endless" if run.failure.limit == "time" else "stopped"
    if run.trace.stopped:
        return "endless"
    if noticed:
        return "noticed"
    claim = post.claims[0]
    sham = known.get(reference(post, claim, known))
    if sham and values == tuple(sham.number(c.metric) for c in post.claims):
        return "same" if run.trace.learned == sham.trace.learned else "survived"
    seeds = [known.get(claim.condition("seed", trial)) for trial in range(1, claim.seeds + 1)]
    runs = [known[PUBLISHED], *[seed for seed in seeds if seed]]
    numbers = [number for one in runs if (number := one.number(claim.metric)) is not None]
    value = values[0]
    if value is not None and all(_better(claim.goal, value, number) for number in numbers):
        return "better"
    return "survived"


def _better(goal: Goal, one: float, other: float) -> bool:
    """Return whether a number is further on the good side of a goal than another."""
    if goal.sign == "==":
        return False
    return one < other if goal.sign.startswith("<") else one > other


def to_show(found: Sequence[Tried], most: int) -> list[Tried]:
    """Return the variants for a page: of each line the most telling that have an effect."""
    counts: dict[tuple[int, int], int] = {}
    chosen = []
    for one in found:
        if one.outcome == "same" or counts.get(one.place, 0) >= PER_LINE:
            continue
        counts[one.place] = counts.get(one.place, 0) + 1
        chosen.append(one)
    return chosen[:most]
