"""A post's runs so far → what its page can show: evidence, or a card with a dot for each run."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from site_tools.evidence.verdict import Evidence, JudgedPost
from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.plan import Experiment
from site_tools.experiment.run_cache import Store
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.errors import Problem
from site_tools.model.run import Run
from site_tools.pages.evidence_card import Waiting
from site_tools.posts.bound_values import as_shown
from site_tools.running.outcome import outcome_of

_GROUPS = {
    "published": "the program",
    "sham": "the same again",
    "seed": "other starts",
    "curve": "learning curve",
    "flat": "learning curve",
}
"""What the card calls runs of a kind; all others are controls."""


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
    key: str
    """The key of the published run."""


def runs_so_far(experiment: Experiment, store: Store, failed: Iterable[Problem] = ()) -> RunsSoFar:
    """Return where the experiment of a post stands, by its stored runs.

    `failed` are problems of runs that are never stored, such as one that has taken too long.
    """
    post, key = experiment.post, experiment.jobs[0].key
    state = ExperimentState.load(experiment, store)
    waiting = Waiting(_counts(experiment, state))
    run = _shown(experiment, state.published)
    nothing = JudgedPost(as_shown(post, run), run, Evidence(()))
    if found := tuple(failed):
        return RunsSoFar(nothing, waiting, found, unfinished=False, key=key)
    known = dict(state.runs)
    if state.start():
        return RunsSoFar(nothing, waiting, (), unfinished=True, key=key)
    state.runs = known
    state.recalled.clear()  # in a preview, a stored result is as good as a new one
    outcome = outcome_of(state)
    if outcome.problems or outcome.evidence is None or outcome.published is None:
        return RunsSoFar(nothing, waiting, outcome.problems, unfinished=False, key=key)
    judged = JudgedPost(as_shown(post, outcome.published), outcome.published, outcome.evidence)
    return RunsSoFar(judged, None, (), unfinished=False, key=key)


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
