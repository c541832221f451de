"""Which changed programs `mutate` and `build` run: those of posts whose claims are accepted."""

from __future__ import annotations

from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.variant_plan import VariantPlan
from site_tools.project import Project
from site_tools.running.outcome import Outcome


def variant_plans(project: Project, outcome: Outcome, times: int | None) -> list[VariantPlan]:
    """Return a plan for each accepted post that has variants or sweeps to run.

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
    return [plan for plan in plans if plan.first]
