"""Runs and verdicts made of numbers, without running anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from site_tools.evidence.judge import judge
from site_tools.evidence.verdict import Verdict
from site_tools.model.claim import Claim, Condition
from site_tools.model.faults import MetricFault
from site_tools.model.goals import parse_goal
from site_tools.model.post import Post
from site_tools.model.run import Run, Segment, Trace, Update
from site_tools.model.source import Place

CLAIM = Claim("It learns", "loss", parse_goal("< 1"), Place("posts/a.md", 8), freeze=("w",))


FROZEN = Trace((Update("freeze", 1, 2, "w -= g", 10, "w"),), total=10, peaks=(10,), rounds=(10,))


def a_run(value: float | MetricFault, trace: Trace = FROZEN) -> Run:
    return Run((), {"loss": value}, (0.1,), "3.11.7", {}, "cpu", date(2026, 1, 2), None, trace)


def a_post(claim: Claim) -> Post:
    return Post(
        "a", "posts/a.md", "A", "A.", date(2026, 1, 2), (), (), (), (), 1, 1, "cpu", (claim,),
        "", (), draft=False, cells=(),
    )  # fmt: skip


def runs(
    claim: Claim,
    *,
    published: float = 0.1,
    seeds: Mapping[int, float | MetricFault] | None = None,
    controls: Mapping[int, float | MetricFault] | None = None,
) -> dict[Condition, Run]:
    """Return a sound experiment, but for the values that are given."""
    found = {}
    for condition in claim.conditions:
        value: float | MetricFault = 0.1 + condition.trial / 1000
        if condition.kind in {"published", "sham"}:
            value = published
        elif condition.kind == "seed":
            value = (seeds or {}).get(condition.trial, value)
        else:
            value = (controls or {}).get(condition.trial, 10.0)
            if not condition.trial:  # the author's own start: as the first control, if not given
                value = (controls or {}).get(0, (controls or {}).get(1, 10.0))
        found[condition] = a_run(value)
    return found


def verdict(claim: Claim, found: dict[Condition, Run]) -> Verdict:
    return judge(a_post(claim), found).verdicts[0]


FALLING = (9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.5)


def segment(values: Sequence[float], statement: int = 1, before: int = 0) -> Segment:
    return Segment((statement, before), tuple(range(0, 10 * len(values), 10)), tuple(values))


def sampled(
    trained: tuple[Segment, ...] | MetricFault,
    off: tuple[Segment, ...] | MetricFault = (),
    claim: Claim = CLAIM,
) -> dict[Condition, Run]:
    """Return a sound experiment with samples for a learning curve."""
    found = runs(claim)
    expression = claim.sampled
    found[claim.condition("curve")] = replace(a_run(0.1), curves={expression: trained})
    found[claim.condition("flat")] = replace(a_run(10.0), curves={expression: off})
    return found
