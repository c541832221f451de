"""What a session found out about each post: its runs, its evidence, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from pathlib import Path

from site_tools.checks.bound_value_rules import unshown_values
from site_tools.checks.shown_rules import shown_problems
from site_tools.evidence import author_report
from site_tools.evidence.judge import judge
from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.evidence.verdict import Evidence, JudgedPost, OnOtherDevice
from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.plan import Job
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.text import count
from site_tools.posts.bound_values import as_shown
from site_tools.posts.undeclared_data import remedy_of


@dataclass(frozen=True, slots=True)
class PostOutcome:
    """The result of one post's experiment."""

    post: Post
    published: Run | None
    """The published run; None when the post was not run."""
    evidence: Evidence | None
    """None when the published run failed, or when no evidence was wanted."""
    executed: tuple[Run, ...]
    """The runs of this session; empty when all come from the store."""
    problems: tuple[Problem, ...]
    """Everything that keeps the post from being published."""
    device: str = "cpu"
    """What it was run on."""
    also: PostOutcome | None = None
    """The same post on its second device, if its runs are known there."""
    variants: VariantEvidence | None = None
    """None unless they are asked for and stored."""
    is_missing: bool = False
    """Whether it needs a GPU, has no run, and may be published without."""


@dataclass(frozen=True)
class Outcome:
    """The result of a session."""

    posts: tuple[PostOutcome, ...]
    """By file name."""
    problems: tuple[Problem, ...]
    """Everything that keeps a post from being published."""

    @cached_property
    def judged(self) -> tuple[JudgedPost, ...]:
        """Return the posts that have evidence, or are published without."""
        return tuple(filter(None, map(judged_of, self.posts)))

    @property
    def published(self) -> tuple[tuple[Post, Run], ...]:
        """Return the posts whose published run succeeded, with that run."""
        ended = [(one.post, one.published) for one in self.posts if not one.is_missing]
        return tuple((post, run) for post, run in ended if run and not run.failure)


def judged_of(outcome: PostOutcome) -> JudgedPost | None:
    """Return a post with its evidence; None if it has none, and may not be published without."""
    if outcome.is_missing and outcome.published is not None:
        # Without the claims that nothing has proved.
        post = as_shown(replace(outcome.post, claims=()), outcome.published)
        return JudgedPost(post, outcome.published, Evidence(()), is_missing=True)
    if outcome.published is None or outcome.evidence is None:
        return None
    post = as_shown(outcome.post, outcome.published)
    found, other = outcome.variants, _other(outcome)
    return JudgedPost(post, outcome.published, outcome.evidence, found, other=other)


def _other(outcome: PostOutcome) -> OnOtherDevice | None:
    also = outcome.also
    if also is None or also.published is None or also.evidence is None:
        return None
    return OnOtherDevice(also.published, also.evidence)


def outcome_of(
    state: ExperimentState, root: Path | None = None, *, evidence: bool = True
) -> PostOutcome:
    """Judge a post whose runs have ended; without `evidence`, only whether its run succeeded.

    `root` is the folder of the project: with it, messages say what to do about missing files.
    """
    post, published = state.post, state.published
    assert published is not None  # noqa: S101  it is the first to run
    executed = state.executed
    problems = list(_failure(post, published, root, is_new=published in executed))
    judged = None
    if evidence and not published.failure:
        judged = judge(post, state.runs)
        problems += author_report.problems(post, judged)
        if not post.launch:
            problems += [*shown_problems(post, published), *unshown_values(post, published)]
    device = state.experiment.device
    own = tuple(_on_device(replace(one, post=post.file), post, device) for one in problems)
    return PostOutcome(post, published, judged, tuple(executed), own, device)


def _on_device(problem: Problem, post: Post, device: str) -> Problem:
    """Return a problem that says on which of the devices of a post it appeared."""
    if post.device != "any" or device == "cpu":
        return problem
    return replace(problem, what=f"on the GPU: {problem.what}")


def refused(state: ExperimentState, why: Problem) -> PostOutcome:
    """Return the outcome of a post that needs a GPU, on a machine that has none for it."""
    missing = len(state.missing)
    runs, verb = count(missing, "run"), "needs" if missing == 1 else "need"
    what = f"{runs} of this post {verb} a GPU: {why.what}"
    return PostOutcome(state.post, None, None, (), (replace(why, what=what),), "gpu")


def allowed_without(refused: PostOutcome, job: Job) -> PostOutcome:
    """Return the outcome of a post that may be published without its runs, and their outputs.

    `job` is the published run, which has not been made.
    """
    nothing = tuple(() for _ in refused.post.code_cells)
    today = datetime.now(UTC).date()
    run = Run(nothing, {}, tuple(0.0 for _ in nothing), "", job.packages, "gpu", today)
    return replace(refused, published=run, problems=(), is_missing=True)


def merged(outcomes: Iterable[PostOutcome]) -> Iterator[PostOutcome]:
    """Yield the outcome of each post, in the order of their files, with that of its second device.

    The first device is the CPU, unless only the GPU was asked for.
    """
    in_order = sorted(outcomes, key=lambda one: (one.post.file, one.device))
    for _, group in groupby(in_order, key=lambda one: one.post.file):
        first, *others = group
        problems = (*first.problems, *(p for other in others for p in other.problems))
        yield replace(first, also=next(iter(others), None), problems=problems)


def _failure(post: Post, run: Run, root: Path | None, *, is_new: bool) -> Iterator[Problem]:
    if run.failure:
        files = [file.name for file in post.data]
        missing = remedy_of(run.failure.what, files, root) if root else ""
        again = "" if is_new else "This is a stored result; `--retry` runs the post again."
        remedy = " ".join(filter(None, [missing or run.failure.remedy, again]))
        place = post.place_in_code(run.failure.cell, run.failure.line)
        what = run.failure.what if not remedy else f"{run.failure.what.rstrip('.')}."
        yield Problem(place, what, remedy)
