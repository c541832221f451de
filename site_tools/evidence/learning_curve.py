"""The learning curve of a claim, from the samples of its curve run. Pure; judges nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from site_tools.evidence.statistics import repeats
from site_tools.model.claim import PUBLISHED, Claim, Condition
from site_tools.model.faults import MetricFault
from site_tools.model.run import Run, Segment

FEWEST = 8
"""Points of a curve: with fewer, straight lines between them would suggest a course."""

JUMP = 0.25
"""A segment continues the one before if it begins near that one's end: within this part of that
one's range. Otherwise training started again."""


@dataclass(frozen=True, slots=True)
class Points:
    """The samples of one run: a value for each number of updates."""

    updates: tuple[int, ...] = ()
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """How a claim's number changes while the network learns."""

    expression: str
    unit: Literal["updates", "rounds"]
    """What is counted: runs of the most frequent update, or rounds of a loop."""
    trained: Points
    off: Points
    """The same with learning off; empty while it is unknown, or when that run failed."""


def curve_of(claim: Claim, runs: Mapping[Condition, Run]) -> Curve | str:
    """Return a claim's learning curve, or why there is none; the published run must be there."""
    run = runs.get(claim.condition("curve"))
    if run is None:
        return "it was not sampled"
    if run.failure:
        return run.failure.what
    expression = claim.sampled
    segments = run.curves.get(expression, ())
    if isinstance(segments, MetricFault):
        return f"`{expression}` {segments.text}"
    chain = _chain(segments)
    trained = _joined(chain, chain)
    if len(trained.values) < FEWEST:
        found = "does not change" if not chain else f"gives only {len(trained.values)} numbers"
        return f"`{expression}` {found} while the network trains"
    end, published = run.number(claim.metric), runs[PUBLISHED].number(claim.metric)
    if not repeats(published, end, claim.goal, run.device):
        return f"sampling `{expression}` changes the program: the metric ends at another number"
    ablated = runs.get(claim.condition("flat"))
    off = ablated.curves.get(expression, ()) if ablated and not ablated.failure else ()
    unit: Literal["updates", "rounds"] = "rounds" if claim.constants else "updates"
    joined = Points() if isinstance(off, MetricFault) else _joined(chain, off)
    return Curve(expression, unit, trained, joined)


def points_like(trained: Run, run: Run, claim: Claim) -> Points:
    """Return the samples of a claim's number in one run, where those of another have a curve."""
    chain, segments = (one.curves.get(claim.sampled, ()) for one in (trained, run))
    if run.failure or isinstance(chain, MetricFault) or isinstance(segments, MetricFault):
        return Points()
    return _joined(_chain(chain), segments)


def _chain(segments: Sequence[Segment]) -> list[Segment]:
    """Return the last segment in which something was learned, with those that it continues.

    A program may train in several loops one after another. If it starts again, with other weights
    or another network, the segments before belong to another curve.
    """
    chain: list[Segment] = []
    for segment in segments:
        if len(set(segment.values)) == 1:
            continue
        if chain and _jumps(chain[-1].values, segment.values):
            chain = []
        chain.append(segment)
    return chain


def _jumps(earlier: Sequence[float], later: Sequence[float]) -> bool:
    return abs(later[0] - earlier[-1]) > JUMP * (max(earlier) - min(earlier))


def _joined(chain: Sequence[Segment], sampled: Sequence[Segment]) -> Points:
    """Return the samples at the places of a chain, updates counted from the chain's start."""
    by_place = {segment.place: segment for segment in sampled}
    updates: list[int] = []
    values: list[float] = []
    before = 0
    for link in chain:
        segment = by_place.get(link.place)
        for count, value in zip(segment.updates, segment.values, strict=True) if segment else ():
            if count <= link.updates[-1] and (not updates or before + count > updates[-1]):
                updates.append(before + count)
                values.append(value)
        before += link.updates[-1]
    return Points(tuple(updates), tuple(values))
