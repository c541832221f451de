"""What became of a program with one change, and which claims notice it. Pure.

A claim notices a change if the changed program misses its goal, or gives no number. The mutation
score is the share of the changes that count which some claim notices. `variant_outcome` says which
those are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from site_tools.analysis.variants import Variant
from site_tools.evidence.variant_outcome import EFFECTIVE, Known, Outcome, numbers_of, outcome_of
from site_tools.model.claim import Claim
from site_tools.model.goals import holds
from site_tools.model.post import Post, SweepWish
from site_tools.model.run import Run

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
        return tuple(t for t in self.tried if t.outcome in EFFECTIVE)

    @property
    def noticed(self) -> int:
        """Return how many of them a claim notices."""
        return self.how_many("noticed")

    @property
    def counted(self) -> int:
        """Return of how many the score is a share: a claim should notice them."""
        return self.noticed + self.how_many("survived")

    @property
    def unguarded(self) -> tuple[Tried, ...]:
        """Return of each line that no claim guards the first change that no claim notices."""
        noticed = {one.place for one in self.tried if one.outcome == "noticed"}
        first = {one.place: one for one in reversed(self.tried) if one.outcome == "survived"}
        return tuple(first[place] for place in sorted(first.keys() - noticed))

    def how_many(self, outcome: Outcome) -> int:
        """Return how many variants had an outcome."""
        return sum(one.outcome == outcome for one in self.tried)


def tried(post: Post, variant: Variant, variant_runs: Sequence[Run], known: Known) -> Tried:
    """Return what became of a variant; `known` are the runs of the post's own experiment."""
    run = variant_runs[0]
    values = tuple(None if run.failure else run.number(c.metric) for c in post.claims)
    noticed = tuple(
        number
        for number, (claim, value) in enumerate(zip(post.claims, values, strict=True), start=1)
        if value is None or not holds(claim.goal, value)
    )
    outcome = outcome_of(post, variant, variant_runs, known)
    gone = outcome in {"stopped", "endless"}
    return Tried(variant, outcome, tuple(variant_runs), values, () if gone else noticed)


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
