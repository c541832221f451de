"""Which changed programs `mutate` and `build` run, and what they print of them.

The programs are those of posts whose claims are accepted.
"""

from __future__ import annotations

import sys

from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.variant_plan import VariantPlan
from site_tools.model.text import count, listed
from site_tools.project import Project
from site_tools.running.outcome import Outcome


def variant_plans(project: Project, outcome: Outcome, times: int | None) -> list[VariantPlan]:
    """Return a plan for each accepted post that has variants or sweeps.

    `times` is the most runs of variants, as `VariantPlan` has it.
    """
    accepted = [
        one.post
        for one in outcome.posts
        if one.evidence
        and one.post.claims
        and all(verdict.accepted for verdict in one.evidence.verdicts)
    ]
    plans = [
        VariantPlan(experiment, ExperimentState.load(experiment, project.store).runs, times)
        for experiment in project.experiments(accepted, ["cpu"])
    ]
    return [plan for plan in plans if plan.variants or plan.sweeps]


_OFTEN = 10
"""After how many runs a log has a line."""


def progress(plan: VariantPlan, ended: int, left: int) -> None:
    """Print how far a post is, every so many runs, where no progress bar does."""
    if not sys.stderr.isatty() and (ended % _OFTEN == 0 or not left):
        print(f"{plan.post.file}: {count(ended, 'run')} made, {left:,} left.", file=sys.stderr)


def summary(evidence: VariantEvidence) -> str:
    """Return how many variants were tried, and how many of them the claims notice."""
    of = f"{len(evidence.tried):,} of {count(evidence.total, 'variant')} tried"
    if not evidence.tried:
        return "no variants tried."
    if not evidence.effective:
        return f"{of}, none of which changes a number."
    better, starts = evidence.how_many("better"), evidence.how_many("start")
    others = [f"{better:,} better"] * (better > 0) + [count(starts, "other start")] * (starts > 0)
    more = f" Not counted: {listed(others)}." if others else ""
    if not evidence.counted:
        return f"{of}, none of which a claim could notice.{more}"
    share = f"{100 * evidence.noticed / evidence.counted:.0f} %"
    noticed = f"claims notice {evidence.noticed:,} of {evidence.counted:,}"
    return f"{of}; mutation score {share}: {noticed}.{more}"
