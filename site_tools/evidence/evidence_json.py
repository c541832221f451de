"""Evidence → `evidence.json`, beside every post: the same numbers, for programs.

The models below are the schema; the site serves it as `evidence/schema.json`.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from site_tools.evidence.learning_curve import Curve, Points
from site_tools.evidence.statistics import scale_for
from site_tools.evidence.verdict import Evidence, Trial, Verdict
from site_tools.model.post import Post
from site_tools.model.run import Run


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RunFacts(_Model):
    """Where and when the published run happened."""

    date: dt.date = Field(description="Day of the published run, in UTC.")
    device: str = Field(description="`cpu` (one thread) or `gpu`.")
    python: str
    packages: dict[str, str] = Field(description="Versions of what the post imports itself.")
    seconds: float = Field(description="Wall time of the post's code.")


class SwitchedOff(_Model):
    """A line that a control took away."""

    block: int = Field(description="The code block, counted from 1; 0 inside a package.")
    line: int = Field(description="The line in that block, counted from 1.")
    code: str
    how: Literal["freeze", "step", "backward", "set"] = Field(
        description="The statement was skipped; the optimizer's step was undone; the gradients "
        "were zero; the value was replaced."
    )
    times: int = Field(description="How often, in the first control.")


class Baseline(_Model):
    """What can be had without a network."""

    expression: str
    value: float


class Shuffled(_Model):
    """Runs whose answers were mixed."""

    name: str
    values: list[float]


class Course(_Model):
    """What one run gave while it went on."""

    after: list[int] = Field(description="How many updates, or rounds, had been tried.")
    values: list[float]


class LearningCurve(_Model):
    """How the number changes while the network learns; no part of the verdict."""

    expression: str = Field(description="What was measured: the metric, or its like in training.")
    unit: Literal["updates", "rounds"] = Field(
        description="What is counted: how often the line that learns most often had run, or a loop "
        "had gone round."
    )
    trained: Course
    learning_off: Course = Field(description="The same start with learning off; may be empty.")


class ClaimEvidence(_Model):
    """One claim and everything that was measured for it."""

    says: str
    metric: str = Field(description="A Python expression, evaluated after the last line.")
    goal: str = Field(description="A comparison that the metric must meet.")
    verdict: str = Field(description="`accepted`; a post with another verdict is not published.")
    published: float = Field(description="The metric in the published run.")
    sham: float = Field(description="The same with the instruments of a control, learning on.")
    seeds: list[float | None] = Field(description="Other random starts; null where one failed.")
    passing: int = Field(description="How many of them reach the goal.")
    needed: int = Field(description="How many must.")
    at_least: float = Field(
        ge=0, le=1, description="Lower bound of the share that does: exact binomial, 95 %."
    )
    deterministic: bool = Field(
        description="Whether nothing random was drawn, so that there are no other starts."
    )
    learning_off: list[float] = Field(description="The first of these starts with learning off.")
    stopped: bool = Field(description="Whether a control was stopped after twice as many updates.")
    switched_off: list[SwitchedOff]
    tally: list[str] = Field(description="Names that learn by counting, without feedback.")
    set: dict[str, float] = Field(description="Constants that were replaced in the controls.")
    shuffled: Shuffled | None
    baseline: Baseline | None
    scale: Literal["linear", "log", "logit"] = Field(description="Of `room` and `gap`.")
    room: float | None = Field(
        description="Standard deviations from the passing runs' mean to the goal; null without "
        "spread."
    )
    gap: float = Field(
        description="By how much the nearest control misses the goal, as part of the way from "
        "trained to untrained."
    )
    curve: LearningCurve | None = Field(
        description="Null when the number is not there, or does not change, during training."
    )


class PostEvidence(_Model):
    """What a post claims, and what was measured."""

    version: Literal[1] = 1
    post: str = Field(description="The last part of the page's address.")
    title: str
    url: str
    run: RunFacts
    no_learning: str = Field(description="Why the post trains nothing; empty when it does.")
    claims: list[ClaimEvidence]


def schema() -> str:
    """Return the JSON Schema of `evidence.json`."""
    return json.dumps(PostEvidence.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def evidence_json(post: Post, run: Run, evidence: Evidence, url: str) -> str:
    """Return the evidence of a post as JSON."""
    model = PostEvidence(
        post=post.slug,
        title=post.title,
        url=url,
        run=RunFacts(
            date=run.on,
            device=run.device,
            python=run.python,
            packages=dict(run.versions),
            seconds=round(run.total_seconds, 3),
        ),
        no_learning=post.no_learning,
        claims=[_claim(verdict) for verdict in evidence.verdicts],
    )
    return model.model_dump_json(indent=2) + "\n"


def _claim(verdict: Verdict) -> ClaimEvidence:
    claim, separated, sham = verdict.claim, verdict.separation, verdict.sham
    trained = [trial.value for trial in verdict.seeds if trial.value is not None and trial.passed]
    margin = separated.margin if separated else math.inf
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
        stopped=any(trial.trace.stopped for trial in verdict.off),
        switched_off=[
            SwitchedOff(block=u.cell, line=u.line, code=u.text, how=u.how, times=u.count)
            for u in verdict.switched_off
            if u.how != "probe"
        ],
        tally=list(claim.tally),
        set=dict(claim.constants),
        shuffled=Shuffled(name=claim.shuffle, values=[_value(t) for t in verdict.shuffled])
        if claim.shuffle
        else None,
        baseline=Baseline(
            expression=claim.baseline or "the share of the commonest answer",
            value=_value(verdict.baseline),
        )
        if verdict.baseline
        else None,
        scale=scale_for(claim.goal, [*trained, *map(_value, verdict.controls)]).name,
        room=None if math.isinf(margin) else round(margin, 3),
        gap=round(separated.gap, 4) if separated else 0.0,
        curve=_curve(verdict.curve) if isinstance(verdict.curve, Curve) else None,
    )


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
