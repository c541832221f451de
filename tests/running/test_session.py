"""The state of an experiment while its runs are executed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from site_tools.experiment.plan import Job, experiments_for
from site_tools.experiment.run_cache import Store
from site_tools.model.claim import PUBLISHED
from site_tools.model.run import Failure
from site_tools.running.session import ExperimentState
from tests.support.runs import CLAIM, a_post, a_run

SHAM = CLAIM.condition("sham")
(EXPERIMENT,) = experiments_for([a_post(CLAIM)], {})
JOBS = {job.condition: job for job in EXPERIMENT.jobs}
FAILED = replace(a_run(0.1), failure=Failure(1, 1, "ValueError"))


def conditions(jobs: list[Job]) -> list[object]:
    return [job.condition for job in jobs]


def test_each_job_is_started_once() -> None:
    state = ExperimentState(EXPERIMENT)
    assert conditions(state.start()) == [PUBLISHED]
    assert state.start() == []
    assert not state.ended
    assert conditions(state.end(JOBS[PUBLISHED], a_run(0.1))) == [SHAM]
    assert state.start() == []


def test_lost_claim_ends_after_its_published_run() -> None:
    state = ExperimentState(EXPERIMENT)
    state.start()
    assert state.end(JOBS[PUBLISHED], a_run(9.0)) == []
    assert state.ended
    assert state.executed == [a_run(9.0)]


def test_load_returns_stored_runs(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(JOBS[PUBLISHED].key, a_run(0.1))
    state = ExperimentState.load(EXPERIMENT, store)
    assert state.published == a_run(0.1)
    assert state.executed == []
    assert conditions(state.start()) == [SHAM]
    state.end(JOBS[SHAM], a_run(0.1))
    assert state.executed == [a_run(0.1)]


def test_load_with_retry_leaves_out_failures(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(JOBS[PUBLISHED].key, FAILED)
    assert ExperimentState.load(EXPERIMENT, store).published == FAILED
    assert ExperimentState.load(EXPERIMENT, store, retry=True).published is None


def test_published_run_of_another_machine_is_made_again_once() -> None:
    state = ExperimentState(EXPERIMENT, {PUBLISHED: a_run(0.1)}, {PUBLISHED})
    assert conditions(state.start()) == [SHAM]
    assert conditions(state.end(JOBS[SHAM], a_run(0.2))) == [PUBLISHED]
    assert state.published is None
    state.end(JOBS[PUBLISHED], a_run(0.3))
    assert state.ended
    assert state.executed == [a_run(0.2), a_run(0.3)]
