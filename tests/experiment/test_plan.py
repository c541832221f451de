"""Which runs are started next, given those that are known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from site_tools.evidence.baseline import requests
from site_tools.experiment.plan import Experiment, Job, Runs, experiments_for
from site_tools.model.claim import PUBLISHED, Claim, Condition
from site_tools.model.errors import BadProject
from site_tools.model.faults import MetricFault
from site_tools.model.goals import parse_goal
from site_tools.model.run import Failure, Run, Trace
from tests.support.posts import code_post
from tests.support.runs import CLAIM, FALLING, a_post, a_run, runs, sampled, segment

TWO_SEEDS = replace(CLAIM, seeds=2, controls=1, shuffle="y")
SHAM, CURVE, FLAT = (TWO_SEEDS.condition(kind) for kind in ("sham", "curve", "flat"))
NO_NUMBER = MetricFault("not finite", "is nan, not a finite number")
FAILED = replace(a_run(0.1), failure=Failure(1, 1, "ValueError"))


def experiment(*claims: Claim) -> Experiment:
    post = replace(a_post(TWO_SEEDS), claims=claims or (TWO_SEEDS,))
    return experiments_for([post], {})[0]


def ready(
    known: Runs,
    *,
    of: Experiment | None = None,
    running: Collection[Condition] = (),
    recalled: Collection[Condition] = (),
) -> list[Condition]:
    jobs = (of or experiment()).ready(known, running=running, recalled=recalled)
    return [job.condition for job in jobs]


def job_of(jobs: list[Job], condition: Condition) -> Job:
    (job,) = [job for job in jobs if job.condition == condition]
    return job


def test_published_run_is_first_and_alone() -> None:
    assert experiment().jobs[0].condition == PUBLISHED
    assert ready({}) == [PUBLISHED]
    assert ready({}, running=[PUBLISHED]) == []


def test_sham_follows_the_published_run() -> None:
    known = {PUBLISHED: a_run(0.1)}
    assert ready(known) == [SHAM]
    assert ready(known, running=[SHAM]) == []


def test_all_but_the_ablated_curve_follow_a_sound_sham() -> None:
    known = {PUBLISHED: a_run(0.1), SHAM: a_run(0.1)}
    seeds = [TWO_SEEDS.condition("seed", trial) for trial in (1, 2)]
    ablated = [TWO_SEEDS.condition(kind, 1) for kind in ("control", "shuffle")]
    ablated += [TWO_SEEDS.condition("control"), TWO_SEEDS.condition("reversed")]
    assert set(ready(known)) == {CURVE, *seeds, *ablated}
    assert set(ready(known, running=seeds)) == {CURVE, *ablated}
    assert set(ready({**known, seeds[0]: a_run(0.2)})) == {CURVE, seeds[1], *ablated}


def test_updates_go_by_chance_if_the_goal_is_met_with_reversed_ones() -> None:
    known = {PUBLISHED: a_run(0.1), SHAM: a_run(0.1)}
    reverse, (chance,) = TWO_SEEDS.condition("reversed"), TWO_SEEDS.scattered
    assert chance not in ready({**known, reverse: a_run(1.0)})
    assert chance in ready({**known, reverse: a_run(0.1)})


def test_more_brief_controls_follow_if_the_first_one_differs() -> None:
    code = "w, x, y = 1.0, [1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.0]\n"
    code += "for i in range(4):\n    w = w - 0.1 * (w * x[i] - y[i]) * x[i]\nloss = abs(w - 2)"
    post = replace(code_post(code), claims=(TWO_SEEDS,))
    known = {PUBLISHED: a_run(0.1), SHAM: a_run(0.1), TWO_SEEDS.condition("control"): a_run(5.0)}
    first = TWO_SEEDS.condition("brief")
    assert first in ready(known, of=experiments_for([post], {})[0])
    for value, expected in [(5.0, False), (4.0, False), (9.0, True)]:
        started = ready({**known, first: a_run(value)}, of=experiments_for([post], {})[0])
        assert [one in started for one in TWO_SEEDS.doubts] == [expected] * len(TWO_SEEDS.doubts)


@pytest.mark.parametrize(
    "published",
    [a_run(1.0), a_run(2.0), a_run(NO_NUMBER), FAILED],
    ids=["at the goal", "missed", "no number", "failed"],
)
def test_lost_claim_needs_no_more_runs(published: Run) -> None:
    assert ready({PUBLISHED: published}) == []


@pytest.mark.parametrize(
    ("value", "expected"), [(5.0, True), (1.0, True), (0.9, False), (NO_NUMBER, False)]
)
def test_sham_needs_a_baseline_that_misses_the_goal(
    value: float | MetricFault, *, expected: bool
) -> None:
    claim = replace(TWO_SEEDS, baseline="always_one")
    run = replace(a_run(0.1), values={"loss": 0.1, "always_one": value})
    assert bool(ready({PUBLISHED: run}, of=experiment(claim))) is expected


def test_sham_needs_every_baseline_to_miss() -> None:
    one = replace(TWO_SEEDS, baseline="always_one")
    both = experiment(one, replace(one, baseline="always_two"))
    run = replace(a_run(0.1), values={"loss": 0.1, "always_one": 5.0, "always_two": 0.9})
    assert ready({PUBLISHED: run}, of=both) == []


def test_sham_needs_every_goal() -> None:
    other = replace(TWO_SEEDS, metric="error", goal=parse_goal("< 3"))
    for loss, error, expected in [(0.1, 2.0, True), (0.1, 4.0, False), (2.0, 2.0, False)]:
        run = replace(a_run(loss), values={"loss": loss, "error": error})
        assert bool(ready({PUBLISHED: run}, of=experiment(TWO_SEEDS, other))) is expected


@pytest.mark.parametrize(
    "sham",
    [a_run(0.2), a_run(NO_NUMBER), replace(a_run(0.1), values={}), a_run(0.1, Trace())],
    ids=["another number", "no number", "no value", "no update"],
)
def test_unsound_sham_needs_no_more_runs(sham: Run) -> None:
    known = {PUBLISHED: a_run(0.1), SHAM: sham}
    assert ready(known) == []
    assert ready(known, recalled=[SHAM]) == []
    assert ready(known, recalled=[PUBLISHED, SHAM]) == []


def test_stored_published_run_is_made_again_for_a_new_sham_that_differs() -> None:
    known = {PUBLISHED: a_run(0.1), SHAM: a_run(0.1000001)}
    assert ready(known, recalled=[PUBLISHED]) == [PUBLISHED]


def test_every_sham_must_be_sound() -> None:
    other = replace(TWO_SEEDS, freeze=("v",))
    both = experiment(TWO_SEEDS, other)
    known = {PUBLISHED: a_run(0.1)}
    assert ready(known, of=both) == [SHAM, other.condition("sham")]
    known[SHAM] = a_run(0.1)
    assert ready(known, of=both) == [other.condition("sham")]
    known[other.condition("sham")] = a_run(0.2)
    assert ready(known, of=both) == []
    assert ready(known, of=both, recalled=[PUBLISHED, SHAM]) == [PUBLISHED]
    known[other.condition("sham")] = a_run(0.1)
    assert other.condition("control", 1) in ready(known, of=both)


def test_sham_must_repeat_every_metric() -> None:
    both = experiment(TWO_SEEDS, replace(TWO_SEEDS, metric="error"))
    published = replace(a_run(0.1), values={"loss": 0.1, "error": 0.2})
    for values in ({"loss": 0.1, "error": 0.3}, {"loss": 0.3, "error": 0.2}):
        assert ready({PUBLISHED: published, SHAM: replace(published, values=values)}, of=both) == []
    assert CURVE in ready({PUBLISHED: published, SHAM: published}, of=both)


def test_ablated_curve_follows_a_curve_that_can_be_drawn() -> None:
    found = sampled((segment(FALLING),), claim=TWO_SEEDS)
    del found[FLAT]
    assert ready(found) == [FLAT]
    assert [job.condition for job in experiment().missing(found)] == [FLAT]
    absent = MetricFault("absent", "is not defined during training")
    found[CURVE] = replace(found[CURVE], curves={"loss": absent})
    assert ready(found) == []
    assert experiment().missing(found) == []


def test_jobs_that_ablate_learning_know_their_sham() -> None:
    found = sampled((segment(FALLING),), claim=TWO_SEEDS)
    control, seed = TWO_SEEDS.condition("control", 1), TWO_SEEDS.condition("seed", 1)
    for condition in (control, seed, FLAT):
        del found[condition]
    jobs = experiment().ready(found, running=[], recalled=[])
    assert job_of(jobs, control).sham == found[SHAM]
    assert job_of(jobs, seed).sham is None
    assert job_of(jobs, FLAT).sham == found[SHAM]
    assert job_of(jobs, FLAT).curve == found[CURVE]
    assert job_of(jobs, control).curve is None


def test_curve_job_knows_its_sham() -> None:
    known = runs(TWO_SEEDS)
    (job,) = experiment().ready(known, running=[], recalled=[])
    assert (job.condition, job.sham, job.curve) == (CURVE, known[SHAM], None)


def test_missing_counts_no_ablated_curve_before_the_published_run() -> None:
    conditions = [job.condition for job in experiment().missing({})]
    assert set(conditions) == {*TWO_SEEDS.conditions, CURVE}


def test_jobs_have_the_baseline_and_the_sampled_expressions() -> None:
    claim = replace(TWO_SEEDS, baseline="always_one", curve="held_out")
    jobs = list(experiment(claim).jobs)
    assert set(job_of(jobs, PUBLISHED).metrics) == {"loss", *requests(claim)}
    assert "always_one" in job_of(jobs, PUBLISHED).metrics
    assert job_of(jobs, SHAM).metrics == ("loss",)
    assert job_of(jobs, CURVE).curves == job_of(jobs, FLAT).curves == ("held_out",)
    assert job_of(jobs, SHAM).curves == ()
    assert len({job.key for job in jobs}) == len(jobs)


def test_experiments_for_any_device_use_the_cpu() -> None:
    post = replace(a_post(TWO_SEEDS), device="any")
    assert {job.device for job in experiments_for([post], {})[0].jobs} == {"cpu"}
    post = replace(post, device="gpu")
    assert {job.device for job in experiments_for([post], {})[0].jobs} == {"gpu"}


def test_experiments_for_refuses_a_package_that_is_not_installed() -> None:
    post = replace(a_post(TWO_SEEDS), packages=("no-such-package",))
    with pytest.raises(BadProject, match="no-such-package"):
        experiments_for([post], {"no-such-package": "1.0"})
