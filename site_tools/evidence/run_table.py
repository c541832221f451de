"""Every number of an experiment, as the table that `-v` prints."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from site_tools.evidence.learning_curve import Curve
from site_tools.evidence.report_text import comparison, percent, rounded_down, times, value_text
from site_tools.evidence.statistics import GAP, GOOD_START, MARGIN, repeats, same
from site_tools.evidence.verdict import Evidence, Trial, Verdict
from site_tools.model.claim import Claim
from site_tools.model.goals import Goal, show


def table(evidence: Evidence) -> Iterator[str]:
    """Yield a line for each group of runs, claim by claim."""
    for number, verdict in enumerate(evidence.verdicts, start=1):
        yield f"  claim {number}: {comparison(verdict.claim)}     {verdict.ruling}"
        yield from _groups(verdict)
        yield from (f"      off: {u.text}{times(u.count)}" for u in verdict.switched_off)
        if verdict.separation and verdict.ruling in {"accepted", "too close"}:
            margin, gap = verdict.separation.margin, verdict.separation.gap
            shown = "more than enough" if math.isinf(margin) else f"{rounded_down(margin)} sd"
            needed = f"≥ {MARGIN:g} sd"
            if margin < MARGIN and verdict.separation.roomy:
                needed += f", or at most {1 - GOOD_START:.0%} of starts miss the goal by chance"
            yield f"    margin {shown} ({needed}), gap {percent(gap, GAP)} (≥ {GAP:.0%})"
        if verdict.accepted:
            yield f"    {_curve_line(verdict.curve, verdict.claim)}"


def _groups(verdict: Verdict) -> Iterator[str]:
    goal = verdict.claim.goal
    yield f"    published      {value_text(verdict.published, goal)}"
    for baseline in verdict.baselines:
        yield f"    baseline       {show(baseline.value, goal)}     {baseline.name}"
    if verdict.sham:
        compared = _compared(verdict.sham, verdict.published, goal)
        yield f"    sham           {value_text(verdict.sham, goal)}{compared}"
    if verdict.short:
        compared = _compared(verdict.short, verdict.published, goal)
        yield f"    short          {value_text(verdict.short, goal)}{compared}"
    if verdict.seeds:
        passing = f"{verdict.passing} of {len(verdict.seeds)} pass, {verdict.needed} needed"
        yield f"    seed trials    {_values(verdict.seeds, verdict.claim)}     {passing}"
    if verdict.off:
        yield f"    learning off   {_values(verdict.off, verdict.claim)}{_stopped(verdict.off)}"
    if verdict.same_start:
        yield f"    same start off {value_text(verdict.same_start, goal)}"
    if verdict.shuffled:
        yield f"    shuffled       {_values(verdict.shuffled, verdict.claim)}"


def _compared(sham: Trial, published: Trial, goal: Goal) -> str:
    if sham.value is None:
        return ""
    if same(sham.value, published.value):
        return ", the same"
    near = repeats(published.value, sham.value, goal, sham.device)
    return ", the same within the claim's margin" if near else ", another number"


def _curve_line(curve: Curve | str, claim: Claim) -> str:
    """Return the learning curve in a line, or why there is none."""
    if isinstance(curve, str):
        return f"no curve       {curve}"
    values, count = curve.trained.values, curve.trained.updates[-1]
    first, last = show(values[0], claim.goal), show(values[-1], claim.goal)
    return f"curve          {first} … {last} in {count:,} {curve.unit}, {len(values)} points"


def _values(trials: Iterable[Trial], claim: Claim) -> str:
    return "  ".join(value_text(trial, claim.goal) for trial in trials)


def _stopped(trials: Iterable[Trial]) -> str:
    stopped = any(trial.trace.stopped for trial in trials)
    return "     stopped after twice as many updates" if stopped else ""
