"""A post's runs so far → what its page can show: evidence, or a card with a dot for each run."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.evidence.verdict import Evidence, JudgedPost
from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.plan import Experiment
from site_tools.experiment.run_cache import Store
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.errors import Problem
from site_tools.model.run import Run
from site_tools.pages.evidence_card import Waiting
from site_tools.posts.bound_values import as_shown
from site_tools.running.outcome import PostOutcome, judged_of, outcome_of

_GROUPS = {
    "published": "the program",
    "sham": "the same again",
    "seed": "other starts",
    "curve": "learning curve",
    "flat": "learning curve",
}
"""What the card calls runs of a kind; all others are controls."""

VariantsOf = Callable[[ExperimentState], VariantEvidence | None]
"""Returns what the stored variants of a judged post show."""

CanRun = Callable[[Experiment], bool]
"""Returns whether this machine can make runs of an experiment on a GPU."""


@dataclass(frozen=True, slots=True)
class RunsSoFar:
    """What is known about a post's claims."""

    judged: JudgedPost
    """Without verdicts as long as the experiment goes on, or has failed."""
    waiting: Waiting | None
    """None when the claims are accepted: the page is the one that a build writes."""
    problems: tuple[Problem, ...]
    """What keeps a build from publishing the post, once its runs have ended."""
    unfinished: bool
    """Whether there are runs to make."""
    attempt: str
    """See `attempt_of`."""
    has_run: bool
    """Whether the published run is stored, so that its outputs are known."""


def attempt_of(experiment: Experiment) -> str:
    """Return what identifies a published run with its limits; beyond them it is not stored."""
    post = experiment.post
    return f"{experiment.jobs[0].key} {post.timeout} {post.memory}"


def runs_so_far(
    experiments: Sequence[Experiment],
    store: Store,
    variants: VariantsOf,
    can_run: CanRun,
    failed: Iterable[Problem] = (),
) -> RunsSoFar:
    """Return where the experiment of a post stands, by its stored runs.

    A post for any device has a second experiment: its runs are awaited where there is a GPU for
    them, and shown where all of them are stored. `failed` are problems of runs that are never
    stored, such as one that has taken too long.
    """
    experiment, *others = experiments
    post = experiment.post
    state = ExperimentState.load(experiment, store)
    waiting = Waiting(_counts(experiment, state))
    run = _shown(experiment, state.published)
    nothing = JudgedPost(as_shown(post, run), run, Evidence(()))
    of_post = partial(
        RunsSoFar, attempt=attempt_of(experiment), has_run=state.published is not None
    )
    if found := tuple(failed):
        return of_post(nothing, waiting, found, unfinished=False)
    outcome = _outcome(state, can_run)
    also = [_outcome(ExperimentState.load(other, store), can_run) for other in others]
    awaited = [o for o, found in zip(others, also, strict=True) if found is None and can_run(o)]
    if outcome is None or awaited:
        return of_post(nothing, waiting, (), unfinished=True)
    other = next(filter(None, also), None)
    problems = (*outcome.problems, *(other.problems if other else ()))
    judged = None if problems else judged_of(replace(outcome, also=other))
    if judged is None:
        end: Literal["refused", "failed"] = "failed" if run.failure else "refused"
        return of_post(nothing, replace(waiting, end=end), problems, unfinished=False)
    judged = replace(judged, variants=variants(state))
    return of_post(judged, None, (), unfinished=False)


def _outcome(state: ExperimentState, can_run: CanRun) -> PostOutcome | None:
    """Return how an experiment has ended; None as long as runs are missing."""
    known, experiment = dict(state.runs), state.experiment
    jobs = state.start()
    state.runs = known
    judging = any(job.condition.judges for job in jobs)
    if jobs and (judging or experiment.device == "cpu" or can_run(experiment)):
        return None
    state.running.clear()  # curves of a GPU only: the verdict is complete without them
    state.recalled.clear()  # in a preview, a stored result is as good as a new one
    return outcome_of(state)


def _counts(experiment: Experiment, state: ExperimentState) -> dict[str, tuple[int, int]]:
    """Return for each group of runs how many have ended, and how many it has."""
    post = experiment.post
    wanted: dict[Condition, None] = {PUBLISHED: None}
    for claim in post.claims:
        wanted |= dict.fromkeys([*claim.conditions, claim.condition("curve")])
    counts: dict[str, tuple[int, int]] = {}
    for job in experiment.jobs:
        if job.condition in wanted:
            group = _GROUPS.get(job.condition.kind, "controls")
            ended, of = counts.get(group, (0, 0))
            counts[group] = (ended + (job.condition in state.runs), of + 1)
    return counts


def _shown(experiment: Experiment, run: Run | None) -> Run:
    """Return a run with outputs for each cell, where they are known."""
    cells, job = len(experiment.post.code_cells), experiment.jobs[0]
    if run is None:
        on = datetime.now(UTC).date()
        run = Run((), {}, (), platform.python_version(), dict(job.packages), job.device, on)
    return replace(run, outputs=(*run.outputs, *[()] * (cells - len(run.outputs))))
