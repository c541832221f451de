"""The table of stages: each condition at its boundary, and the order of the rulings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import pytest

from site_tools.evidence.baseline import Baseline
from site_tools.evidence.stages import STAGES, StageName, decisive, ends_after, ruling_on
from site_tools.evidence.statistics import GAP, MARGIN, Separation, quorum
from site_tools.evidence.verdict import Ruling, Trial, Verdict
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.faults import MetricFault
from site_tools.model.run import Trace, Update
from tests.support.runs import CLAIM, FROZEN

NOTHING = Trace()
IDLE = Trace((replace(FROZEN.updates[0], count=0),))
OTHER = Trace((Update("freeze", 1, 9, "b -= g", 10, "b"),))
JUST_BELOW = math.nextafter(1, 0)
MET = (Baseline("the mean", 0.5, measured=True),)


def trial(condition: Condition, value: float | None, trace: Trace = FROZEN) -> Trial:
    return Trial(condition, value, None, passed=value is not None and value < 1, trace=trace)


def seeds(passing: int) -> tuple[Trial, ...]:
    numbers = range(1, 9)
    return tuple(trial(CLAIM.condition("seed", n), 0.1 if n <= passing else 5.0) for n in numbers)


def controls(*values: float | None, trace: Trace = FROZEN) -> tuple[Trial, ...]:
    return tuple(
        trial(CLAIM.condition("control", n), value, trace) for n, value in enumerate(values, 1)
    )


SOUND = Verdict(
    CLAIM,
    "accepted",
    trial(PUBLISHED, 0.1),
    trial(CLAIM.condition("sham"), 0.1),
    seeds(8),
    controls(9.0, 9.0, 9.0),
    separation=Separation(MARGIN, GAP),
)
SHUFFLED = trial(replace(CLAIM, shuffle="y").condition("shuffle", 1), 9.0)


def test_sound_experiment_is_accepted() -> None:
    assert ruling_on(SOUND) == "accepted"


@pytest.mark.parametrize(
    ("change", "ruling"),
    [
        ({"published": trial(PUBLISHED, None)}, "unmeasured"),
        ({"published": trial(PUBLISHED, 1.0)}, "missed"),
        ({"baseline_fault": MetricFault("raises", "raises")}, "baseline"),
        ({"baselines": (Baseline("0", JUST_BELOW, measured=False),)}, "baseline"),
        ({"baselines": (Baseline("the mean", 1.0, measured=True),)}, "accepted"),
        ({"needs_baseline": True}, "no baseline"),
        ({"sham": None}, "unsound"),
        ({"sham": trial(CLAIM.condition("sham"), None)}, "unsound"),
        ({"sham": trial(CLAIM.condition("sham"), 0.1 + 1e-12)}, "accepted"),
        ({"sham": trial(CLAIM.condition("sham"), 0.1 + 1e-8)}, "changing"),
        ({"sham": trial(CLAIM.condition("sham"), 0.1, NOTHING)}, "no control"),
        ({"sham": trial(CLAIM.condition("sham"), 0.1, IDLE)}, "no control"),
        ({"controls": controls(9.0, 9.0, JUST_BELOW)}, "refused"),
        ({"controls": controls(9.0, 9.0, 1.0)}, "accepted"),
        ({"controls": (*SOUND.controls, replace(SHUFFLED, passed=True))}, "refused"),
        ({"seeds": seeds(quorum(8))}, "accepted"),
        ({"seeds": seeds(quorum(8) - 1)}, "too close"),
        ({"seeds": ()}, "too close"),
        ({"controls": ()}, "broken control"),
        ({"controls": (SHUFFLED,)}, "broken control"),
        ({"controls": controls(9.0, 9.0, None)}, "broken control"),
        ({"controls": (*SOUND.controls, replace(SHUFFLED, value=None))}, "broken control"),
        ({"controls": controls(9.0, trace=IDLE)}, "broken control"),
        ({"controls": controls(9.0, trace=OTHER)}, "broken control"),
        ({"controls": (*controls(9.0, 9.0), *controls(9.0, trace=IDLE))}, "broken control"),
        ({"separation": None}, "too close"),
        ({"separation": Separation(math.nextafter(MARGIN, 0), GAP)}, "too close"),
        ({"separation": Separation(MARGIN, math.nextafter(GAP, 0))}, "too close"),
        ({"separation": Separation(math.inf, 1.0)}, "accepted"),
    ],
)
def test_each_condition_at_its_boundary(change: dict[str, object], ruling: Ruling) -> None:
    assert ruling_on(replace(SOUND, **change)) == ruling  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "ruling"),
    [
        ([{"baselines": MET}, {"published": trial(PUBLISHED, 2.0)}], "missed"),
        ([{"sham": None}, {"baselines": MET}], "baseline"),
        ([{"sham": trial(CLAIM.condition("sham"), 0.2, NOTHING)}], "changing"),
        (
            [{"needs_baseline": True}, {"sham": trial(CLAIM.condition("sham"), 0.1, NOTHING)}],
            "no control",
        ),
        ([{"seeds": ()}, {"sham": None}], "unsound"),
        ([{"seeds": seeds(5)}, {"controls": controls(0.5, None)}], "refused"),
        ([{"seeds": seeds(5)}, {"controls": controls(9.0, None)}], "too close"),
        ([{"separation": None}, {"controls": controls(9.0, None)}], "broken control"),
        ([{"separation": None}, {"controls": controls(9.0, trace=IDLE)}], "broken control"),
    ],
)
def test_earlier_rules_go_first(changes: Sequence[dict[str, object]], ruling: Ruling) -> None:
    verdict = SOUND
    for change in changes:
        verdict = replace(verdict, **change)  # type: ignore[arg-type]
    assert ruling_on(verdict) == ruling


def test_each_ruling_belongs_to_one_stage() -> None:
    rulings = [ruling for stage in STAGES for ruling in stage.rulings]
    assert sorted([*rulings, "accepted"]) == sorted(get_args(Ruling))
    assert [stage.name for stage in STAGES] == list(get_args(StageName))


def ruled(*rulings: Ruling) -> list[Verdict]:
    return [replace(SOUND, ruling=ruling) for ruling in rulings]


@pytest.mark.parametrize(
    ("rulings", "stages"),
    [
        (["accepted", "accepted"], []),
        (["accepted", "missed"], ["published"]),
        (["no control", "accepted"], ["sham"]),
        (["too close", "accepted"], ["trials"]),
        (["too close", "unsound", "baseline"], ["published", "sham", "trials"]),
    ],
)
def test_experiment_ends_after_a_stage_that_any_claim_fails(
    rulings: list[Ruling], stages: list[StageName]
) -> None:
    assert [name for name in get_args(StageName) if ends_after(name, ruled(*rulings))] == stages


@pytest.mark.parametrize(
    ("rulings", "numbers"),
    [
        (["accepted", "accepted"], []),
        (["unsound", "missed", "unmeasured"], [2, 3]),
        (["unsound", "accepted", "changing", "too close"], [1, 3]),
        (["accepted", "refused", "too close"], [2, 3]),
    ],
)
def test_claims_of_the_first_failed_stage_are_decisive(
    rulings: list[Ruling], numbers: list[int]
) -> None:
    assert [number for number, _ in decisive(ruled(*rulings))] == numbers
