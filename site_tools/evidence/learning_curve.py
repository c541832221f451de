"""Runs that were looked at while they trained → a claim's learning curve. Pure; judges nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from site_tools.evidence.statistics import same
from site_tools.model.claim import PUBLISHED, Claim, Condition
from site_tools.model.run import Run, Stretch

FEWEST = 8
"""With fewer points there is no curve."""

JUMP = 0.25
"""A stretch that begins this part of the last one's range away from its end begins anew."""


@dataclass(frozen=True, slots=True)
class Points:
    """What one run gave, after how many updates."""

    updates: tuple[int, ...] = ()
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """How a claim's number changes while the network learns."""

    expression: str
    unit: Literal["updates", "rounds"]
    """What is counted: how often the line ran that learns most often, or a loop went round."""
    trained: Points
    off: Points
    """The same with learning off; empty as long as it is not known, or when it failed."""


def curve_of(claim: Claim, runs: Mapping[Condition, Run]) -> Curve | str:
    """Return a claim's learning curve, or why there is none; the published run must be there."""
    run = runs.get(claim.condition("curve"))
    if run is None:
        return "it was not looked at"
    if run.failure:
        return run.failure.what
    expression = claim.looked_at
    stretches = run.looks.get(expression, "is not there while the network trains")
    if isinstance(stretches, str):
        return f"`{expression}` {stretches}"
    chain = _chain(stretches)
    trained = _joined(chain, chain)
    if len(trained.values) < FEWEST:
        seen = "does not change" if not chain else f"gives {len(trained.values)} numbers only"
        return f"`{expression}` {seen} while the network trains"
    if not same(run.values.get(claim.metric), runs[PUBLISHED].values.get(claim.metric)):
        return f"looking at `{expression}` changes the program: the metric ends elsewhere"
    flat = runs.get(claim.condition("flat"))
    seen_off = flat.looks.get(expression, "") if flat and not flat.failure else ""
    off = () if isinstance(seen_off, str) else seen_off
    unit: Literal["updates", "rounds"] = "rounds" if claim.constants else "updates"
    return Curve(expression, unit, trained, _joined(chain, off))


def _chain(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return the last stretch in which something was learned, with those that led to it.

    A program may train in several loops one after another; or it may begin anew, and then what
    came before is another story.
    """
    chain: list[Stretch] = []
    for stretch in stretches:
        if len(set(stretch.values)) == 1:
            continue
        if chain and _jumps(chain[-1].values, stretch.values):
            chain = []
        chain.append(stretch)
    return chain


def _jumps(earlier: Sequence[float], later: Sequence[float]) -> bool:
    return abs(later[0] - earlier[-1]) > JUMP * (max(earlier) - min(earlier))


def _joined(chain: Sequence[Stretch], seen: Sequence[Stretch]) -> Points:
    """Return what was seen in the places of a chain, updates counted from the chain's start."""
    by_place = {stretch.place: stretch for stretch in seen}
    updates: list[int] = []
    values: list[float] = []
    before = 0
    for link in chain:
        stretch = by_place.get(link.place)
        for count, value in zip(stretch.updates, stretch.values, strict=True) if stretch else ():
            if count <= link.updates[-1] and (not updates or before + count > updates[-1]):
                updates.append(before + count)
                values.append(value)
        before += link.updates[-1]
    return Points(tuple(updates), tuple(values))
