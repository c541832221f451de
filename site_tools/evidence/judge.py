"""Judge the claims of a post by its runs. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from site_tools.evidence.baseline import baseline_of
from site_tools.evidence.learning_curve import curve_of
from site_tools.evidence.stages import ruling_on
from site_tools.evidence.statistics import Separation, separation
from site_tools.evidence.verdict import Evidence, Trial, Verdict
from site_tools.model.claim import PUBLISHED, Claim, Condition, Kind
from site_tools.model.faults import MetricFault
from site_tools.model.goals import holds
from site_tools.model.post import Post
from site_tools.model.run import Run


def judge(post: Post, runs: Mapping[Condition, Run]) -> Evidence:
    """Return the verdict on each of the post's claims, by the runs that are known so far.

    The published run must be among them. While the runs of a stage are missing, the ruling is
    one of that stage.
    """
    cells = post.sources
    return Evidence(tuple(_judge(claim, cells, runs) for claim in post.claims))


def _judge(claim: Claim, cells: Sequence[str], runs: Mapping[Condition, Run]) -> Verdict:
    known = [
        _trial(claim, claim.metric, condition, runs[condition])
        for condition in claim.conditions
        if condition in runs
    ]

    def trials(*kinds: Kind) -> tuple[Trial, ...]:
        return tuple(trial for trial in known if trial.condition.kind in kinds)

    verdict = Verdict(
        claim,
        "accepted",
        published=known[0],
        sham=next(iter(trials("sham")), None),
        seeds=trials("seed"),
        controls=trials("control", "shuffle"),
        baseline=_baseline(claim, cells, runs[PUBLISHED]),
    )
    verdict = replace(verdict, separation=_separate(verdict))
    return replace(verdict, ruling=ruling_on(verdict), curve=curve_of(claim, runs))


def _baseline(claim: Claim, cells: Sequence[str], published: Run) -> Trial | None:
    """Return the result without a network, by the author's expression or the majority class."""
    expression = baseline_of(claim, cells)
    trial = _trial(claim, expression, PUBLISHED, published) if expression else None
    return trial if trial and (claim.baseline or trial.value is not None) else None


def _trial(claim: Claim, expression: str, condition: Condition, run: Run) -> Trial:
    measured = run.values.get(expression)
    value = None if run.failure or isinstance(measured, MetricFault) else measured
    return Trial(
        condition,
        value=value,
        fault=run.failure or (measured if isinstance(measured, MetricFault) else None),
        passed=value is not None and holds(claim.goal, value),
        trace=run.trace,
    )


def _separate(verdict: Verdict) -> Separation | None:
    trained = [t.value for t in verdict.seeds if t.value is not None and t.passed]
    untrained = [t.value for t in verdict.controls if t.value is not None]
    return separation(verdict.claim.goal, trained, untrained) if trained and untrained else None
