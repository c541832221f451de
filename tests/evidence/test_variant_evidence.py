"""What became of a program with one change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from site_tools.analysis.variants import Variant
from site_tools.evidence.variant_evidence import (
    PER_LINE,
    Outcome,
    Tried,
    VariantEvidence,
    to_show,
    tried,
)
from site_tools.model.claim import Claim
from site_tools.model.faults import MetricFault
from site_tools.model.goals import parse_goal
from site_tools.model.run import Failure, Run
from tests.support.runs import CLAIM, FROZEN, a_post, a_run, runs

VARIANT = Variant(1, 2, "without `* g`")
SHAM = replace(FROZEN, learned=(1.0, 2.0))


def _outcome(run: Run, claim: Claim = CLAIM) -> Outcome:
    known = runs(claim)
    known[claim.condition("sham")] = a_run(0.1, SHAM)
    return tried(a_post(claim), VARIANT, [run], known).outcome


@pytest.mark.parametrize(
    ("run", "outcome"),
    [
        (a_run(3.0), "noticed"),
        (a_run(MetricFault("not finite", "is not a finite number")), "noticed"),
        (a_run(0.5), "survived"),
        (a_run(0.1, SHAM), "same"),
        (a_run(0.1, replace(SHAM, learned=(1.0, 2.5))), "survived"),
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
    assert _outcome(a_run(0.9), claim) == "better"
    assert _outcome(a_run(0.06), claim) == "survived"
    assert _outcome(a_run(0.01), claim) == "noticed"


def _of(line: int, outcome: Outcome) -> Tried:
    return Tried(replace(VARIANT, line=line), outcome, (a_run(0.5),), (0.5,), ())


def test_score_leaves_out_what_stops_and_what_has_no_effect() -> None:
    outcomes: list[Outcome] = ["noticed", "better", "survived", "same", "stopped", "endless"]
    found = tuple(_of(line, outcome) for line, outcome in enumerate(outcomes, start=1))
    evidence = VariantEvidence(found, (), 9, ())
    assert (evidence.noticed, len(evidence.effective)) == (1, 3)
    assert evidence.unguarded == ((1, 2), (1, 3))


def test_line_is_guarded_by_one_noticed_variant() -> None:
    evidence = VariantEvidence((_of(1, "survived"), _of(1, "noticed")), (), 2, ())
    assert evidence.unguarded == ()


def test_page_shows_a_few_variants_of_each_line() -> None:
    found = [_of(1, "same"), *[_of(1, "noticed")] * 4, *[_of(2, "stopped")] * 4]
    assert [one.variant.line for one in to_show(found, 10)] == [1] * PER_LINE + [2] * PER_LINE
    assert len(to_show(found, 3)) == 3
