"""Evidence → `evidence.json`, beside every post: the same numbers, for programs."""

from __future__ import annotations

import math
from dataclasses import asdict

from site_tools.evidence.evidence_schema import (
    ClaimElsewhere,
    ClaimEvidence,
    Course,
    Elsewhere,
    GpuFacts,
    LearningCurve,
    NoteForReviewers,
    PlainSource,
    PostEvidence,
    RunFacts,
    Shuffled,
    SwitchedOff,
    Variants,
    WithoutNetwork,
)
from site_tools.evidence.learning_curve import Curve, Points
from site_tools.evidence.plain_control import PlainControl, plain_controls
from site_tools.evidence.reviewer_notes import hidden_lines, notes_on
from site_tools.evidence.statistics import GAP, MARGIN
from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.evidence.verdict import Evidence, OnOtherDevice, Trial, Verdict
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.posts.short_program import left_out


def evidence_json(  # noqa: PLR0913
    post: Post,
    run: Run,
    evidence: Evidence,
    url: str,
    other: OnOtherDevice | None = None,
    *,
    found: VariantEvidence | None = None,
) -> str:
    """Return the evidence of a post as JSON; `other` is that of a second device."""
    found = found if found and found.tried else None
    plain = {
        verdict.claim: _plain_source(post, control, ends_at)
        for control in plain_controls(post, evidence)
        for verdict, ends_at in control.ends
    }
    model = PostEvidence(
        post=post.slug,
        title=post.title,
        url=url,
        run=_facts(run),
        no_learning=post.no_learning,
        claims=[_claim(verdict, plain.get(verdict.claim)) for verdict in evidence.verdicts],
        on_gpu=_elsewhere(other) if other else None,
        left_out=sorted(left_out(post)) if any(v.short for v in evidence.verdicts) else [],
        hidden_lines=hidden_lines(post),
        notes_for_reviewers=[
            NoteForReviewers(block=note.block, line=note.line, text=note.text)
            for note in notes_on(post)
        ],
        variants=found
        and Variants(
            tried=len(found.tried),
            total=found.total,
            effective=len(found.effective),
            counted=found.counted,
            noticed=found.noticed,
        ),
    )
    return model.model_dump_json(indent=2, exclude=None if found else {"variants"}) + "\n"


def _facts(run: Run) -> RunFacts:
    return RunFacts(
        date=run.on,
        device=run.device,
        python=run.python,
        packages=dict(run.versions),
        seconds=round(run.total_seconds, 3),
        gpu=GpuFacts(**asdict(run.gpu)) if run.gpu else None,
    )


def _elsewhere(other: OnOtherDevice) -> Elsewhere:
    claims = [
        ClaimElsewhere(
            published=_value(verdict.published),
            verdict=verdict.ruling,
            passing=verdict.passing,
            starts=len(verdict.seeds),
        )
        for verdict in other.evidence.verdicts
    ]
    return Elsewhere(run=_facts(other.run), claims=claims)


def _plain_source(post: Post, control: PlainControl, ends_at: float) -> PlainSource:
    return PlainSource(ends_at=ends_at, file=control.file(post), not_written=control.reason)


def _claim(verdict: Verdict, plain_source: PlainSource | None) -> ClaimEvidence:
    claim, separated, sham = verdict.claim, verdict.separation, verdict.sham
    margin = separated.margin if separated else math.inf
    by_chance = separated.by_chance if separated else None
    baselines = [WithoutNetwork(expression=b.name, value=b.value) for b in verdict.baselines]
    return ClaimEvidence(
        says=claim.says,
        metric=claim.metric,
        goal=str(claim.goal),
        verdict=verdict.ruling,
        published=_value(verdict.published),
        sham=_value(sham) if sham else math.nan,
        seeds=[trial.value for trial in verdict.seeds],
        passing=verdict.passing,
        needed=verdict.needed,
        at_least=round(verdict.at_least, 4),
        deterministic=verdict.deterministic,
        learning_off=[_value(trial) for trial in verdict.off],
        plain_source=plain_source,
        stopped=any(trial.trace.stopped for trial in verdict.off),
        switched_off=[
            SwitchedOff(block=u.cell, line=u.line, code=u.text, how=u.how, times=u.count)
            for u in verdict.switched_off
            if u.how not in {"probe", "other"}
        ],
        things=verdict.sham.trace.things if verdict.sham else 0,
        changed=verdict.sham.trace.changed if verdict.sham else 0,
        tally=list(claim.tally),
        set=dict(claim.constants),
        mixed=list(verdict.mixed.trace.mixed) if verdict.mixed else [],
        shuffled=Shuffled(name=claim.shuffle, values=[_value(t) for t in verdict.shuffled])
        if claim.shuffle
        else None,
        baseline=next(iter(baselines), None),
        baselines=baselines,
        scale=separated.scale if separated else "linear",
        margin=None if math.isinf(margin) else _rounded(margin, 3, MARGIN),
        by_chance=None if by_chance is None else float(f"{by_chance:.3g}"),
        gap=_rounded(separated.gap, 4, GAP) if separated else 0.0,
        curve=_curve(verdict.curve) if isinstance(verdict.curve, Curve) else None,
    )


def _rounded(number: float, digits: int, threshold: float) -> float:
    """Return a rounded number, or the number itself where rounding would reach a threshold."""
    rounded = round(number, digits)
    return rounded if (rounded >= threshold) == (number >= threshold) else number


def _curve(curve: Curve) -> LearningCurve:
    return LearningCurve(
        expression=curve.expression,
        unit=curve.unit,
        trained=_course(curve.trained),
        learning_off=_course(curve.off),
    )


def _course(points: Points) -> Course:
    return Course(after=list(points.updates), values=list(points.values))


def _value(trial: Trial) -> float:
    return math.nan if trial.value is None else trial.value
