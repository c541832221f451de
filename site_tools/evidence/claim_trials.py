"""What the runs of an experiment say of one claim, before anything is ruled. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from site_tools.analysis.listed_names import Listed
from site_tools.analysis.syntax import parse_program
from site_tools.analysis.unlisted_names import others_that_learn
from site_tools.evidence.baseline import (
    REQUIRED_AFTER,
    baselines_of,
    on_other_data,
    own_fault,
    unmeasured,
)
from site_tools.evidence.short_program import gives_the_same
from site_tools.evidence.verdict import Trial, Verdict
from site_tools.model.claim import PUBLISHED, Claim, Condition, Kind
from site_tools.model.faults import MetricFault
from site_tools.model.goals import holds
from site_tools.model.post import Post
from site_tools.model.run import Run, Update


def trials_of(post: Post, claim: Claim, runs: Mapping[Condition, Run]) -> Verdict:
    """Return a verdict without a ruling: what is known of a claim's trials."""

    def among(conditions: Iterable[Condition]) -> tuple[Trial, ...]:
        return tuple(trial_of(claim, one, runs[one]) for one in conditions if one in runs)

    known = among(claim.conditions)

    def trials(*kinds: Kind) -> tuple[Trial, ...]:
        return tuple(trial for trial in known if trial.condition.kind in kinds)

    baselines = tuple(baselines_of(claim, runs[PUBLISHED]))
    verdict = Verdict(
        claim,
        "accepted",
        published=known[0],
        sham=next(iter(trials("sham")), None),
        short=further(claim, "short", runs) if gives_the_same(post, runs) else None,
        seeds=trials("seed"),
        controls=tuple(t for t in trials("control", "shuffle") if t.condition.trial),
        same_start=next((t for t in trials("control") if not t.condition.trial), None),
        briefs=among(claim.briefs),
        blind=further(claim, "blind", runs),
        brief_blind=further(claim, "brief-blind", runs),
        mixed=further(claim, "mixed", runs),
        remixed=among(claim.remixed),
        restarts=among(claim.restarts),
        reversed=further(claim, "reversed", runs),
        scattered=among(claim.scattered),
        baselines=baselines,
        elsewhere=on_other_data(claim, runs[PUBLISHED]),
        baseline_fault=own_fault(claim, runs[PUBLISHED]),
        unmeasured=unmeasured(claim, runs[PUBLISHED]),
        needs_baseline=post.date > REQUIRED_AFTER and not (baselines or claim.shuffle),
    )
    return replace(verdict, unlisted=_unlisted(verdict, post.sources))


def _unlisted(verdict: Verdict, cells: Sequence[str]) -> tuple[Update, ...]:
    """Return what went on to learn in the controls, and what the claim's metric depends on.

    Claims that list the same names share their controls, but each has its own metric.
    """
    seen = {(u.cell, u.line): u for trial in verdict.off for u in trial.trace.others}
    if not seen:
        return ()
    claim = verdict.claim
    trees = parse_program(cells)
    own = others_that_learn(trees, Listed(claim.metric, claim.freeze, claim.tally))
    places = sorted({(one.cell, one.node.lineno) for one in own} & seen.keys())
    return tuple(seen[place] for place in places)


def further(claim: Claim, kind: Kind, runs: Mapping[Condition, Run]) -> Trial | None:
    """Return the trial of a claim's run of a kind, at the author's own start; None without it."""
    condition = claim.condition(kind)
    run = runs.get(condition)
    return trial_of(claim, condition, run) if run else None


def trial_of(claim: Claim, condition: Condition, run: Run) -> Trial:
    """Return what a run says of a claim."""
    measured = run.values.get(claim.metric)
    value = None if run.failure or isinstance(measured, MetricFault) else measured
    return Trial(
        condition,
        value=value,
        fault=run.failure or (measured if isinstance(measured, MetricFault) else None),
        passed=value is not None and holds(claim.goal, value),
        trace=run.trace,
        device=run.device,
    )
