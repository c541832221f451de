"""Judge the claims of a post by its runs. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from site_tools.analysis.listed_names import Listed
from site_tools.analysis.syntax import parse_program
from site_tools.analysis.unlisted_names import others_that_learn
from site_tools.evidence.baseline import REQUIRED_AFTER, baselines_of, on_other_data, own_fault
from site_tools.evidence.control_proposals import conditions_to_try
from site_tools.evidence.learning_curve import curve_of
from site_tools.evidence.short_program import gives_the_same
from site_tools.evidence.stages import ruling_on
from site_tools.evidence.statistics import Separation, separation
from site_tools.evidence.verdict import Evidence, Trial, Verdict
from site_tools.model.claim import PUBLISHED, Claim, Condition, Kind
from site_tools.model.faults import MetricFault
from site_tools.model.goals import holds
from site_tools.model.post import Post
from site_tools.model.run import Run, Update


def judge(post: Post, runs: Mapping[Condition, Run]) -> Evidence:
    """Return the verdict on each of the post's claims, by the runs that are known so far.

    The published run must be among them. While the runs of a stage are missing, the ruling is
    one of that stage.
    """
    return Evidence(tuple(_judge(post, claim, runs) for claim in post.claims))


def _judge(post: Post, claim: Claim, runs: Mapping[Condition, Run]) -> Verdict:
    known = [
        _trial(claim, claim.metric, condition, runs[condition])
        for condition in claim.conditions
        if condition in runs
    ]

    def trials(*kinds: Kind) -> tuple[Trial, ...]:
        return tuple(trial for trial in known if trial.condition.kind in kinds)

    baselines = tuple(baselines_of(claim, runs[PUBLISHED]))
    verdict = Verdict(
        claim,
        "accepted",
        published=known[0],
        sham=next(iter(trials("sham")), None),
        short=_further(claim, "short", runs) if gives_the_same(post, runs) else None,
        seeds=trials("seed"),
        controls=tuple(t for t in trials("control", "shuffle") if t.condition.trial),
        same_start=next((t for t in trials("control") if not t.condition.trial), None),
        mixed=_further(claim, "mixed", runs),
        remixed=tuple(
            _trial(claim, claim.metric, condition, runs[condition])
            for condition in claim.remixed
            if condition in runs
        ),
        restart=_further(claim, "restart", runs),
        reversed=_further(claim, "reversed", runs),
        scattered=tuple(
            _trial(claim, claim.metric, condition, runs[condition])
            for condition in claim.scattered
            if condition in runs
        ),
        baselines=baselines,
        elsewhere=on_other_data(claim, runs[PUBLISHED]),
        baseline_fault=own_fault(claim, runs[PUBLISHED]),
        needs_baseline=post.date > REQUIRED_AFTER and not (baselines or claim.shuffle),
    )
    verdict = replace(verdict, unlisted=_unlisted(verdict, post.sources))
    verdict = replace(verdict, separation=_separate(verdict))
    verdict = replace(verdict, ruling=ruling_on(verdict), curve=curve_of(claim, runs))
    if verdict.ruling != "no control":
        return verdict
    tried = [
        _trial(claim, claim.metric, condition, runs[condition])
        for condition in conditions_to_try(post, claim)
        if condition in runs
    ]
    return replace(verdict, tried=tuple(tried))


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


def is_met_with_other_data(claim: Claim, runs: Mapping[Condition, Run]) -> bool:
    """Return whether a claim's goal is met from mixed data, and on other data."""
    if PUBLISHED not in runs:
        return False
    verdict = Verdict(
        claim,
        "accepted",
        published=_trial(claim, claim.metric, PUBLISHED, runs[PUBLISHED]),
        mixed=_further(claim, "mixed", runs),
        baselines=tuple(baselines_of(claim, runs[PUBLISHED])),
        elsewhere=on_other_data(claim, runs[PUBLISHED]),
    )
    return verdict.meets_other_data


def is_met_in_reverse(claim: Claim, runs: Mapping[Condition, Run]) -> bool:
    """Return whether a claim's goal is met with all updates reversed."""
    trial = _further(claim, "reversed", runs)
    return trial is not None and trial.passed


def _further(claim: Claim, kind: Kind, runs: Mapping[Condition, Run]) -> Trial | None:
    condition = claim.condition(kind)
    run = runs.get(condition)
    return _trial(claim, claim.metric, condition, run) if run else None


def _trial(claim: Claim, expression: str, condition: Condition, run: Run) -> Trial:
    measured = run.values.get(expression)
    value = None if run.failure or isinstance(measured, MetricFault) else measured
    return Trial(
        condition,
        value=value,
        fault=run.failure or (measured if isinstance(measured, MetricFault) else None),
        passed=value is not None and holds(claim.goal, value),
        trace=run.trace,
        device=run.device,
    )


def _separate(verdict: Verdict) -> Separation | None:
    trained = [t.value for t in verdict.seeds if t.value is not None and t.passed]
    untrained = [t.value for t in verdict.controls if t.value is not None]
    return separation(verdict.claim.goal, trained, untrained) if trained and untrained else None
