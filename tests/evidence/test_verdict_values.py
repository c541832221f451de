"""What a verdict derives from its runs: which updates, which trials, which conditions."""

from __future__ import annotations

from dataclasses import replace

from site_tools.evidence.judge import judge
from site_tools.model.claim import Condition
from site_tools.model.faults import MetricFault
from site_tools.model.run import Failure, Trace, Update
from tests.support.runs import CLAIM, a_post, a_run, runs, verdict

W = Update("freeze", 1, 3, "w -= g", 10, "w")
V = Update("freeze", 1, 2, "v -= g", 10, "v")


def test_published_run_alone_is_judged_by_its_goal() -> None:
    published = {condition: run for condition, run in runs(CLAIM).items() if not condition.trial}
    del published[CLAIM.condition("sham")]
    found = verdict(CLAIM, published)
    assert (found.ruling, found.sham, found.seeds, found.controls) == ("unsound", None, (), ())
    assert found.separation is None
    assert not found.deterministic
    assert found.switched_off == ()


def test_experiment_without_controls_is_not_accepted() -> None:
    kept = {c: run for c, run in runs(CLAIM).items() if c.kind != "control"}
    assert verdict(CLAIM, kept).ruling == "broken control"


def test_struck_updates_are_those_of_the_sham_in_the_order_of_the_program() -> None:
    found = runs(CLAIM)
    for condition in found:
        found[condition] = replace(found[condition], trace=Trace((W, V)))
    assert verdict(CLAIM, found).switched_off == (V, W)
    found[CLAIM.condition("sham")] = a_run(0.1, Trace((W, replace(V, count=0))))
    assert verdict(CLAIM, found).switched_off == (W,)


def test_struck_updates_have_the_count_of_the_first_control() -> None:
    found = runs(CLAIM)
    for trial in (1, 2, 3):
        trace = Trace((replace(W, line=2, count=trial),))
        found[CLAIM.condition("control", trial)] = a_run(10.0, trace)
    assert [update.count for update in verdict(CLAIM, found).switched_off] == [1]


def test_struck_updates_need_a_count_in_a_control() -> None:
    found = runs(CLAIM)
    for trial in (1, 2, 3):
        trace = Trace((replace(W, line=2, count=0),))
        found[CLAIM.condition("control", trial)] = a_run(10.0, trace)
    assert (verdict(CLAIM, found).switched_off, verdict(CLAIM, found).ruling) == (
        (),
        "broken control",
    )


def test_controls_and_shuffles_are_kept_apart() -> None:
    claim = replace(CLAIM, shuffle="y")
    found = verdict(claim, runs(claim))
    assert {trial.condition.kind for trial in found.off} == {"control"}
    assert {trial.condition.kind for trial in found.shuffled} == {"shuffle"}
    assert len(found.off) == len(found.shuffled) == 3
    assert found.accepted


def test_trial_of_a_failed_run_keeps_its_failure() -> None:
    found = runs(CLAIM)
    seed, failure = CLAIM.condition("seed", 1), Failure(1, 3, "ValueError: x")
    found[seed] = replace(found[seed], failure=failure, values={})
    trial = verdict(CLAIM, found).seeds[0]
    assert (trial.fault, trial.reason) == (failure, "ValueError: x")
    assert (trial.value, trial.passed) == (None, False)


def test_deterministic_needs_numbers() -> None:
    found = runs(
        CLAIM, seeds=dict.fromkeys(range(1, 9), MetricFault("raises", "raises ValueError: x"))
    )
    assert not verdict(CLAIM, found).deterministic
    assert not verdict(CLAIM, runs(CLAIM)).deterministic


def test_evidence_has_the_conditions_that_judge() -> None:
    conditions = judge(a_post(CLAIM), runs(CLAIM)).conditions
    assert {condition.kind for condition in conditions} == {"sham", "seed", "control"}
    assert len(conditions) == 1 + 8 + 3
    assert Condition("published") not in conditions
