"""Judge the claims of a post by its runs. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from site_tools.evidence.baseline import baselines_of, on_other_data
from site_tools.evidence.claim_trials import further, trial_of, trials_of
from site_tools.evidence.counted_answers import chance_to_miss
from site_tools.evidence.learning_curve import curve_of
from site_tools.evidence.stages import ruling_on
from site_tools.evidence.statistics import Separation, separation
from site_tools.evidence.tried_lists import proposed
from site_tools.evidence.verdict import Evidence, Verdict
from site_tools.evidence.what_learns import control_changes, meets_other_data
from site_tools.model.claim import PUBLISHED, Claim, Condition
from site_tools.model.post import Post
from site_tools.model.run import Run


def judge(post: Post, runs: Mapping[Condition, Run]) -> Evidence:
    """Return the verdict on each of the post's claims, by the runs that are known so far.

    The published run must be among them. While the runs of a stage are missing, the ruling is
    one of that stage.
    """
    return Evidence(tuple(_judge(post, claim, runs) for claim in post.claims))


def _judge(post: Post, claim: Claim, runs: Mapping[Condition, Run]) -> Verdict:
    verdict = trials_of(post, claim, runs)
    verdict = replace(verdict, separation=_separate(verdict))
    verdict = replace(verdict, ruling=ruling_on(verdict), curve=curve_of(claim, runs))
    if verdict.ruling != "no control":
        return verdict
    return replace(verdict, proposed=proposed(post, claim, runs))


def is_met_with_other_data(claim: Claim, runs: Mapping[Condition, Run]) -> bool:
    """Return whether a claim's goal is met from mixed data, and on other data."""
    verdict = _of_own_start(claim, runs)
    return verdict is not None and meets_other_data(verdict)


def is_met_in_reverse(claim: Claim, runs: Mapping[Condition, Run]) -> bool:
    """Return whether a claim's goal is met with all updates reversed."""
    trial = further(claim, "reversed", runs)
    return trial is not None and trial.passed


def control_moves(claim: Claim, runs: Mapping[Condition, Run]) -> bool:
    """Return whether a claim's number changes while a control of the author's start runs."""
    verdict = _of_own_start(claim, runs)
    return verdict is not None and control_changes(verdict)


def _of_own_start(claim: Claim, runs: Mapping[Condition, Run]) -> Verdict | None:
    """Return what the runs from the author's start say, some of which decide about further runs.

    None without the published run.
    """
    if PUBLISHED not in runs:
        return None
    return Verdict(
        claim,
        "accepted",
        published=trial_of(claim, PUBLISHED, runs[PUBLISHED]),
        same_start=further(claim, "control", runs),
        briefs=tuple(filter(None, [further(claim, "brief", runs)])),
        mixed=further(claim, "mixed", runs),
        baselines=tuple(baselines_of(claim, runs[PUBLISHED])),
        elsewhere=on_other_data(claim, runs[PUBLISHED]),
    )


def _separate(verdict: Verdict) -> Separation | None:
    trained = [t.value for t in verdict.seeds if t.value is not None and t.passed]
    untrained = [t.value for t in verdict.controls if t.value is not None]
    if not (trained and untrained):
        return None
    goal, published = verdict.claim.goal, verdict.published.value
    every = [trial.value for trial in verdict.seeds if trial.value is not None]
    others = untrained if published is None else [published, *untrained]
    guess = verdict.guess.value if verdict.guess else None
    return replace(
        separation(goal, trained, untrained, guess),
        by_chance=chance_to_miss(goal, every, others),
    )
