"""The state of an experiment while its runs are executed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.plan import Job, experiments_for
from site_tools.experiment.run_cache import Store
from site_tools.model.claim import PUBLISHED
from site_tools.model.faults import MetricFault
from site_tools.model.run import Failure, Run, Trace, Unseeded, Update
from site_tools.model.source import Cell, Line, Place
from tests.support.runs import CLAIM, a_post, a_run

SHAM = CLAIM.condition("sham")
PLACE = Place("posts/a.md", 9)
CODE = Cell("code", PLACE, (Line("w = 1", PLACE), Line("w -= g", PLACE)))
(EXPERIMENT,) = experiments_for([replace(a_post(CLAIM), cells=(CODE,))], {})
JOBS = {job.condition: job for job in EXPERIMENT.jobs}
RUN = replace(a_run(0.1), outputs=((),))
FAILED = replace(RUN, failure=Failure(1, 1, "ValueError"))


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
    absent = dict.fromkeys(JOBS[PUBLISHED].metrics, MetricFault("absent", "has no answers"))
    run = replace(RUN, values={**absent, "loss": 0.1})
    store.save(JOBS[PUBLISHED].key, run)
    state = ExperimentState.load(EXPERIMENT, store)
    assert state.published == run
    assert state.executed == []
    assert conditions(state.start()) == [SHAM]
    state.end(JOBS[SHAM], a_run(0.1))
    assert state.executed == [a_run(0.1)]


def test_load_with_retry_leaves_out_failures(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(JOBS[PUBLISHED].key, FAILED)
    assert ExperimentState.load(EXPERIMENT, store).published == FAILED
    assert ExperimentState.load(EXPERIMENT, store, retry=True).published is None


@pytest.mark.parametrize(
    "run",
    [
        replace(RUN, outputs=()),
        replace(RUN, seconds=()),
        replace(RUN, seconds=(0.1, 0.1)),
        replace(RUN, values={}),
        replace(RUN, values={"loss": 0.1, "other": 1.0}),
        replace(RUN, curves={"loss": ()}),
        replace(RUN, trace=Trace((Update("freeze", 1, 3, "w -= g", 10, "w"),))),
        replace(RUN, trace=Trace(unseeded=(Unseeded("random", "seed it", 2, 1),))),
        replace(RUN, failure=Failure(1, 3, "ValueError")),
        replace(RUN, failure=Failure(-1, 0, "ValueError")),
        replace(RUN, failure=Failure(2, 0, "ValueError")),
    ],
)
def test_run_of_another_program_counts_as_absent(tmp_path: Path, run: Run) -> None:
    store = Store(tmp_path)
    store.save(JOBS[PUBLISHED].key, run)
    assert ExperimentState.load(EXPERIMENT, store).published is None


def test_published_run_of_another_machine_is_made_again_once() -> None:
    state = ExperimentState(EXPERIMENT, {PUBLISHED: a_run(0.1)}, {PUBLISHED})
    assert conditions(state.start()) == [SHAM]
    assert conditions(state.end(JOBS[SHAM], a_run(0.2))) == [PUBLISHED]
    assert state.published is None
    state.end(JOBS[PUBLISHED], a_run(0.3))
    assert state.ended
    assert state.executed == [a_run(0.2), a_run(0.3)]
