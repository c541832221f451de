"""Verdicts on invented numbers: what must be accepted, and what must not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_tools.analysis.baseline_names import request
from site_tools.evidence.judge import judge
from site_tools.evidence.statistics import quorum
from site_tools.evidence.verdict import Ruling
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.faults import MetricFault
from site_tools.model.goals import holds
from site_tools.model.run import Failure, Run, Trace, Unseeded, Update
from tests.support.runs import CLAIM, FROZEN, a_post, a_run, runs, verdict

VALUES = st.floats(1e-3, 1e3)
NAN = MetricFault("not finite", "is nan, not a finite number")
CRASH = MetricFault("raises", "raises ValueError: x")


def test_sound_experiment_is_accepted() -> None:
    found = verdict(CLAIM, runs(CLAIM))
    assert (found.ruling, found.passing, found.needed) == ("accepted", 8, 6)
    assert [update.text for update in found.switched_off] == ["w -= g"]


@given(
    published=VALUES,
    seeds=st.lists(VALUES, min_size=8, max_size=8),
    controls=st.lists(VALUES, min_size=3, max_size=3),
)
def test_claim_that_a_control_meets_is_never_accepted(
    published: float, seeds: list[float], controls: list[float]
) -> None:
    found = verdict(
        CLAIM,
        runs(
            CLAIM,
            published=published,
            seeds=dict(enumerate(seeds, 1)),
            controls=dict(enumerate(controls, 1)),
        ),
    )
    if found.accepted:
        assert holds(CLAIM.goal, published)
        assert not any(holds(CLAIM.goal, value) for value in controls)
        assert found.passing >= quorum(8)


@given(trials=st.integers(5, 40), data=st.data())
def test_another_passing_start_never_harms(trials: int, data: st.DataObject) -> None:
    claim = replace(CLAIM, seeds=trials)
    passing = data.draw(st.integers(0, trials - 1))

    def ruling(number: int) -> Ruling:
        seeds = {i: 0.1 if i <= number else 5.0 for i in range(1, trials + 1)}
        return verdict(claim, runs(claim, seeds=seeds)).ruling

    assert (ruling(passing) == "accepted") == (passing >= quorum(trials))
    if ruling(passing) == "accepted":
        assert ruling(passing + 1) == "accepted"


@pytest.mark.parametrize("passing", [3, 4, 5])
def test_expect_replaces_the_quorum(passing: int) -> None:
    claim = replace(CLAIM, expect=4)
    seeds = {i: 0.1 + i / 1000 if i <= passing else 5.0 for i in range(1, 9)}
    found = verdict(claim, runs(claim, seeds=seeds))
    assert found.ruling == ("accepted" if passing >= 4 else "too close")


@pytest.mark.parametrize(
    ("condition", "value", "ruling"),
    [
        (PUBLISHED, NAN, "unmeasured"),
        (PUBLISHED, 2.0, "missed"),
        (CLAIM.condition("sham"), 0.1 + 1e-15, "accepted"),
        (CLAIM.condition("sham"), 0.1 + 1e-8, "changing"),
        (CLAIM.condition("sham"), CRASH, "unsound"),
        (CLAIM.condition("control", 2), 0.5, "refused"),
        (CLAIM.condition("control", 2), 1.1, "too close"),
        (CLAIM.condition("control", 2), NAN, "broken control"),
        (CLAIM.condition("seed", 2), CRASH, "accepted"),
    ],
)
def test_one_different_run_changes_the_ruling(
    condition: Condition, value: float | MetricFault, ruling: Ruling
) -> None:
    found = runs(CLAIM)
    found[condition] = a_run(value)
    assert verdict(CLAIM, found).ruling == ruling


@pytest.mark.parametrize(
    ("update", "ruling"),
    [
        (Update("freeze", 1, 2, "w -= g", 0, "w"), "no control"),
        (Update("step", 1, 2, "optimizer.step()", 10), "no control"),
        (Update("probe", 1, 2, "w -= g", 10, "w"), "no control"),
        (Update("backward", 1, 2, "loss.backward()", 10), "no control"),
        (Update("backward", 1, 2, "loss.backward()", 10, used=True), "accepted"),
        (Update("step", 0, 0, "", 10, used=True), "accepted"),
    ],
)
def test_sham_without_learning_gives_no_control(update: Update, ruling: Ruling) -> None:
    found = runs(CLAIM)
    for condition in found:
        found[condition] = a_run(found[condition].values["loss"], Trace((update,)))
    assert verdict(CLAIM, found).ruling == ruling


def test_control_that_suppresses_nothing_is_broken() -> None:
    found = runs(CLAIM)
    condition = CLAIM.condition("control", 3)
    found[condition] = a_run(10.0, Trace((Update("freeze", 1, 2, "w -= g", 0, "w"),)))
    assert verdict(CLAIM, found).ruling == "broken control"


def test_failed_seed_trial_counts_as_a_miss() -> None:
    found = runs(CLAIM)
    failure = Failure(1, 3, "ValueError: x")
    for trial in (1, 2, 3):
        condition = CLAIM.condition("seed", trial)
        found[condition] = replace(found[condition], values={}, failure=failure)
    result = verdict(CLAIM, found)
    assert (result.ruling, result.passing) == ("too close", 5)
    assert result.seeds[0].reason == "ValueError: x"


def test_baseline_must_be_measured_and_miss_the_goal() -> None:
    claim = replace(CLAIM, baseline="majority")
    found = runs(claim)
    cases: list[tuple[float | MetricFault, Ruling]] = [(0.9, "baseline"), (2.0, "accepted")]
    for value, ruling in [*cases, (CRASH, "baseline")]:
        values: dict[str, float | MetricFault] = {"loss": 0.1, "majority": value}
        found[PUBLISHED] = replace(found[PUBLISHED], values=values)
        assert verdict(claim, found).ruling == ruling


@pytest.mark.parametrize(
    ("draws", "value", "deterministic"),
    [(False, 0.1, True), (True, 0.1, False), (False, 0.2, False)],
)
def test_deterministic_is_a_program_that_draws_nothing(
    *, draws: bool, value: float, deterministic: bool
) -> None:
    found = runs(CLAIM, seeds={**dict.fromkeys(range(1, 9), 0.1), 8: value})
    found[CLAIM.condition("sham")] = a_run(0.1, replace(FROZEN, draws=draws))
    assert verdict(CLAIM, found).accepted
    assert verdict(CLAIM, found).deterministic == deterministic


def test_generator_without_a_seed_is_refused_even_if_the_number_is_the_same() -> None:
    found = runs(CLAIM)
    trace = replace(FROZEN, unseeded=(Unseeded("np.random", "np.random.seed(1)", 1, 2),))
    found[CLAIM.condition("sham")] = a_run(0.1, trace)
    assert verdict(CLAIM, found).ruling == "changing"


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
    found[CLAIM.condition("sham")] = a_run(0.1, replace(FROZEN, draws=False))
    assert not verdict(CLAIM, found).deterministic


def test_evidence_has_the_conditions_that_judge() -> None:
    conditions = judge(a_post(CLAIM), runs(CLAIM)).conditions
    assert {condition.kind for condition in conditions} == {
        "sham",
        "seed",
        "control",
        "reversed",
    }
    assert len(conditions) == 1 + 8 + 3 + 1 + 1
    assert Condition("published") not in conditions


AHEAD, BACK, ALIKE = (Trace(FROZEN.updates, start=(0.0,), learned=(x,)) for x in (1.0, -1.0, 0.9))


@pytest.mark.parametrize(
    ("reverse", "chance", "ruling"),
    [
        (a_run(0.1, BACK), a_run(0.1, BACK), "any way"),
        (a_run(0.1, BACK), a_run(9.0, BACK), "accepted"),
        (a_run(9.0, BACK), None, "accepted"),
        (a_run(0.1, ALIKE), a_run(0.1, ALIKE), "accepted"),
        (a_run(0.1, Trace()), a_run(0.1), "accepted"),
    ],
    ids=["met in both", "missed by chance", "missed", "learned after all", "not recorded"],
)
def test_goal_that_is_met_in_any_direction_is_refused(
    reverse: Run, chance: Run | None, ruling: str
) -> None:
    found = runs(CLAIM)
    found[CLAIM.condition("sham")] = a_run(0.1, AHEAD)
    found[CLAIM.condition("reversed")] = reverse
    if chance is not None:
        found |= dict.fromkeys(CLAIM.scattered, chance)
    assert verdict(CLAIM, found).ruling == ruling


def test_one_start_that_misses_the_goal_by_chance_is_enough() -> None:
    found = runs(CLAIM)
    found[CLAIM.condition("sham")] = a_run(0.1, AHEAD)
    found[CLAIM.condition("reversed")] = a_run(0.1, BACK)
    values = (0.1, 9.0, 0.1)
    found |= {c: a_run(value) for c, value in zip(CLAIM.scattered, values, strict=True)}
    assert verdict(CLAIM, found).accepted


@pytest.mark.parametrize(
    ("brief", "mixed", "ruling"),
    [
        ((9.0, 9.0, 9.0, 9.0), (9.0, 9.0), "unlisted"),
        ((9.0, 9.0, 9.0, 5.0), (9.0, 9.0), "accepted"),
        ((9.0, 9.0, 9.0), (9.0, 9.0), "accepted"),
        ((3.0, 3.0, 3.0, 3.0), (9.0, 9.0), "accepted"),
        ((5.0, 5.0, 5.0, 5.0), (5.0, 5.0), "accepted"),
        ((9.0, 9.0, 9.0, 9.0), (9.0, 5.0), "accepted"),
        ((9.0, 9.0, 9.0, 9.0), (5.0, 9.0), "accepted"),
        ((9.0, 9.0, 9.0, 9.0), (9.0, 9.5), "unlisted"),
        ((9.0, 9.0, 9.0, 9.0), None, "accepted"),
    ],
    ids=[
        *("nearer", "one stays", "one unknown", "further", "still", "mixed data as well"),
        *("a number of the moment", "mixed data are worse", "mixed data unknown"),
    ],
)
def test_nothing_else_may_learn_in_a_control(
    brief: tuple[float, ...], mixed: tuple[float, float] | None, ruling: Ruling
) -> None:
    found = runs(CLAIM, controls=dict.fromkeys(range(1, 4), 5.0))
    found[CLAIM.condition("control")] = a_run(5.0)
    found |= {c: a_run(value) for c, value in zip(CLAIM.briefs, brief, strict=False)}
    if mixed:
        found[CLAIM.condition("brief-blind")] = a_run(mixed[0])
        found[CLAIM.condition("blind")] = a_run(mixed[1])
    assert verdict(CLAIM, found).ruling == ruling


def elsewhere(learned: float, **others: float) -> Ruling:
    """Return the ruling when this was learned from mixed data, and measured on other data."""
    found = runs(CLAIM)
    names = {"mixed": "mixed data", "shifted": "shifted data", "swapped": "swapped answers"}
    names |= {"stored": "stored answers", "mean": "the mean"}
    asked = {request(names[kind], ["w"], "loss"): value for kind, value in others.items()}
    published = found[PUBLISHED]
    found[PUBLISHED] = replace(published, values={**published.values, **asked})
    trace = replace(FROZEN, mixed=("X", "y"))
    for condition in [CLAIM.condition("mixed"), *CLAIM.remixed]:
        found[condition] = a_run(learned, trace)
    return verdict(CLAIM, found).ruling


@pytest.mark.parametrize(
    ("learned", "others", "ruling"),
    [
        (0.2, {"mixed": 0.2, "shifted": 0.3}, "any data"),
        (5.0, {"mixed": 0.2, "shifted": 0.3}, "accepted"),
        (0.2, {"mixed": 5.0, "shifted": 0.3}, "accepted"),
        (0.2, {"mixed": 0.2, "shifted": 5.0}, "accepted"),
        (0.2, {"mixed": 0.2}, "accepted"),
        (0.2, {"mixed": 0.2, "shifted": 0.3, "mean": 5.0}, "accepted"),
        (0.2, {"mixed": 0.2, "shifted": 0.3, "mean": 5.0, "swapped": 5.0}, "accepted"),
        (0.2, {"mixed": 0.2, "shifted": 0.3, "mean": 5.0, "swapped": 0.4}, "any data"),
        (0.2, {"mixed": 5.0, "shifted": 5.0, "stored": 60.0}, "any data"),
        (5.0, {"mixed": 5.0, "shifted": 5.0, "stored": 60.0}, "accepted"),
    ],
)
def test_goal_that_any_data_meet_is_no_evidence(
    learned: float, others: dict[str, float], ruling: Ruling
) -> None:
    assert elsewhere(learned, **others) == ruling


@pytest.mark.parametrize(
    ("apart", "count", "ruling"),
    [
        (0.01, 8, "indifferent"),
        (0.03, 8, "accepted"),
        (0.003, 3, "indifferent"),
        (0.01, 3, "accepted"),
        (1e-4, 2, "indifferent"),
        (1e-3, 2, "accepted"),
        (1e-8, 1, "indifferent"),
        (1e-4, 1, "accepted"),
    ],
)
def test_few_numbers_come_out_alike_by_chance(apart: float, count: int, ruling: Ruling) -> None:
    found = runs(CLAIM)
    start, end = (0.0,) * count, (1.0, *[0.0] * (count - 1))
    other = (1.0 + apart, *[0.0] * (count - 1))
    found[CLAIM.condition("sham")] = a_run(0.1, replace(FROZEN, start=start, learned=end))
    trace = replace(FROZEN, mixed=("X", "y"), start=start, learned=other)
    found[CLAIM.condition("mixed")] = a_run(10.0, trace)
    assert verdict(CLAIM, found).ruling == ruling
