"""Outcomes of posts → JSON for other programs: verdicts, numbers, warnings and problems.

`elevenlines run --format json` prints it. The models below are its schema.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from site_tools.evidence.proofs import Proofs
from site_tools.evidence.verdict import Evidence, JudgedPost, Verdict
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Run

_WARNING = re.compile(r"(?:^|: )(\w*Warning: .+)$", re.MULTILINE)
"""A line of standard error in the form of Python's `warnings`: file, line, category, text."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimResult(_Model):
    """One claim, as it was judged."""

    says: str
    metric: str = Field(description="A Python expression, evaluated after the last line.")
    goal: str = Field(description="A comparison that the metric must meet.")
    verdict: str = Field(description="`accepted`, or why the claim is not.")
    published: float | None = Field(description="The metric in the published run.")
    starts: tuple[float | None, ...] = Field(description="Other random starts.")
    passing: int = Field(description="How many of them reach the goal.")


class PostResult(_Model):
    """One post, as it ran."""

    file: str = Field(description="Its path in the project.")
    code: str = Field(description="A hash of its code and its claims, in hexadecimal digits.")
    python: str = Field(description="Version of Python; empty when the post did not run.")
    packages: dict[str, str] = Field(description="Versions of what the post imports itself.")
    seconds: float = Field(description="Wall time of the published run.")
    claims: tuple[ClaimResult, ...]
    warnings: tuple[str, ...] = Field(description="Python's warnings in the published run.")
    problems: tuple[str, ...] = Field(description="What keeps it from being published.")

    @property
    def sound(self) -> bool:
        """Return whether the post ran and all its claims are accepted."""
        return not self.problems and all(claim.verdict == "accepted" for claim in self.claims)


class RunReport(_Model):
    """All posts of a run."""

    version: Literal[1] = 1
    posts: tuple[PostResult, ...]


def post_result(
    post: Post, run: Run | None, evidence: Evidence | None, problems: Iterator[Problem]
) -> PostResult:
    """Return the result of one post; without a run, only its problems."""
    verdicts = evidence.verdicts if evidence else ()
    return PostResult(
        file=post.file,
        code=code_digest(post),
        python=run.python if run else "",
        packages=dict(run.versions) if run else {},
        seconds=round(run.total_seconds, 3) if run else 0.0,
        claims=tuple(map(_claim, verdicts)),
        warnings=tuple(dict.fromkeys(_warnings(run))) if run else (),
        problems=tuple(map(str, problems)),
    )


def code_digest(post: Post) -> str:
    """Return a hash of what a post runs and claims; its prose may change without changing it."""
    claims = [(claim.metric, str(claim.goal)) for claim in post.claims]
    data = [(file.name, file.digest) for file in post.data]
    text = json.dumps([post.sources, claims, data], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def with_proof(judged: JudgedPost, proofs: Proofs) -> JudgedPost:
    """Return a post with its proof, if its code and its claims are those that were proved."""
    proof = proofs.get(judged.post.file)
    return (
        replace(judged, proof=proof) if proof and proof.code == code_digest(judged.post) else judged
    )


def _claim(verdict: Verdict) -> ClaimResult:
    return ClaimResult(
        says=verdict.claim.says,
        metric=verdict.claim.metric,
        goal=str(verdict.claim.goal),
        verdict=verdict.ruling,
        published=_finite(verdict.published.value),
        starts=tuple(_finite(trial.value) for trial in verdict.seeds),
        passing=verdict.passing,
    )


def _finite(value: float | None) -> float | None:
    """Return a number that JSON can hold, or None."""
    return value if value is not None and math.isfinite(value) else None


def _warnings(run: Run) -> Iterator[str]:
    for outputs in run.outputs:
        for output in outputs:
            if output.get("name") == "stderr":
                yield from _WARNING.findall(str(output["text"]))
