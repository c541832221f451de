"""What became of a program with one change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_tools.analysis.variants import Variant
from site_tools.evidence.variant_evidence import (
    PER_LINE,
    Tried,
    VariantEvidence,
    to_show,
    tried,
)
from site_tools.evidence.variant_outcome import Outcome
from site_tools.model.claim import Claim
from site_tools.model.faults import MetricFault
from site_tools.model.goals import parse_goal
from site_tools.model.run import Failure, Run
from tests.support.runs import CLAIM, FROZEN, a_post, a_run, runs

VARIANT = Variant(1, 2, "without `* g`")
WHOLE = replace(FROZEN, learned=(1.0, 2.0))


START = replace(VARIANT, starts=("w",))
RESIZED = replace(VARIANT, resized=True)


def _outcome(*found: Run, claim: Claim = CLAIM, variant: Variant = VARIANT) -> Outcome:
    """Return the outcome of runs from the author's start, then from those of the seed trials.

    The program itself ends at 0.1 from the author's own start, and at 0.101 to 0.108 from others.
    """
    known = runs(claim)
    known[claim.condition("variant")] = a_run(0.1, WHOLE)
    return tried(a_post(claim), variant, found, known).outcome


@pytest.mark.parametrize(
    ("run", "outcome"),
    [
        (a_run(3.0), "noticed"),
        (a_run(MetricFault("not finite", "is not a finite number")), "noticed"),
        (a_run(0.5), "survived"),
        (a_run(0.1, WHOLE), "same"),
        (a_run(0.1, replace(WHOLE, learned=(1.0, 2.5))), "survived"),
        (a_run(0.1005), "survived"),
        (a_run(0.05), "better"),
        (a_run(0.05, replace(FROZEN, stopped=True)), "endless"),
        (replace(a_run(0.05), failure=Failure(1, 2, "still running", limit="time")), "endless"),
        (replace(a_run(0.05), failure=Failure(1, 2, "too much", limit="memory")), "stopped"),
        (replace(a_run(0.05), failure=Failure(1, 2, "ValueError")), "stopped"),
    ],
)
def test_outcome_of_a_run(run: Run, outcome: Outcome) -> None:
    assert _outcome(run) == outcome


def test_more_is_better_where_the_goal_says_so() -> None:
    claim = replace(CLAIM, goal=parse_goal("> 0.05"))
    assert _outcome(a_run(0.9), claim=claim) == "better"
    assert _outcome(a_run(0.06), claim=claim) == "survived"
    assert _outcome(a_run(0.01), claim=claim) == "noticed"


def test_better_is_better_from_each_start() -> None:
    assert _outcome(a_run(0.05), a_run(0.06), a_run(0.1)) == "better"
    assert _outcome(a_run(0.05), a_run(0.06), a_run(0.11)) == "survived"
    assert _outcome(a_run(0.05), a_run(0.06), a_run(3.0)) == "survived"


@pytest.mark.parametrize(
    ("number", "other", "outcome"),
    [
        (0.05, 0.7, "better"),
        (0.05, 0.8, "better"),
        (0.05, 0.6, "survived"),  # bought at the expense of another claim
        (0.1, 0.9, "survived"),  # only what it is compared with is worse
    ],
)
def test_better_is_worse_in_no_claim(number: float, other: float, outcome: Outcome) -> None:
    ahead = replace(CLAIM, metric="ahead", goal=parse_goal("> 0.5"))
    post = replace(a_post(CLAIM), claims=(CLAIM, ahead))
    known = {
        condition: replace(run, values={**run.values, "ahead": 0.7})
        for condition, run in runs(CLAIM).items()
    }
    run = replace(a_run(number), values={"loss": number, "ahead": other})
    assert tried(post, VARIANT, [run], known).outcome == outcome


@pytest.mark.parametrize(
    ("numbers", "outcome"),
    [
        ((0.104, 0.109), "start"),
        ((0.1, 0.115), "survived"),  # worse than the program from any of its starts
        ((0.1, 3.0), "survived"),
        ((3.0, 0.1), "noticed"),
        ((0.05, 0.05), "better"),
    ],
)
def test_another_start_must_do_as_well(numbers: tuple[float, ...], outcome: Outcome) -> None:
    assert _outcome(*map(a_run, numbers), variant=START) == outcome
    assert _outcome(*map(a_run, numbers), variant=RESIZED) == outcome


def test_other_start_is_one_of_what_learns() -> None:
    assert _outcome(a_run(0.104), variant=replace(START, starts=("w", "data"))) == "survived"
    assert _outcome(a_run(0.104), variant=replace(START, starts=())) == "survived"


def _of(line: int, outcome: Outcome) -> Tried:
    return Tried(replace(VARIANT, line=line), outcome, (a_run(0.5),), (0.5,), ())


def test_score_leaves_out_what_no_claim_should_notice() -> None:
    outcomes: list[Outcome] = [
        "noticed", "better", "survived", "start", "same", "stopped", "endless",
    ]  # fmt: skip
    found = tuple(_of(line, outcome) for line, outcome in enumerate(outcomes, start=1))
    evidence = VariantEvidence(found, (), 9, ())
    assert (evidence.noticed, evidence.counted, len(evidence.effective)) == (1, 2, 4)
    assert [one.place for one in evidence.unguarded] == [(1, 3)]


def test_line_is_guarded_by_one_noticed_variant() -> None:
    evidence = VariantEvidence((_of(1, "survived"), _of(1, "noticed")), (), 2, ())
    assert evidence.unguarded == ()


def test_page_shows_a_few_variants_of_each_line() -> None:
    found = [_of(1, "same"), *[_of(1, "noticed")] * 4, *[_of(2, "stopped")] * 4]
    assert [one.variant.line for one in to_show(found, 10)] == [1] * PER_LINE + [2] * PER_LINE
    assert len(to_show(found, 3)) == 3
