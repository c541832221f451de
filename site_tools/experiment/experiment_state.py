"""An experiment and its runs so far: which are known, which are running, which come next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from site_tools.experiment.plan import Experiment, Job
from site_tools.experiment.run_cache import Store
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.post import Post
from site_tools.model.run import Run


def stored_run(job: Job, store: Store, *, retry: bool = False) -> Run | None:
    """Return the stored run of a job; with `retry`, no failure."""
    run = store.load(job.key)
    return None if run is None or not job.fits(run) or (retry and run.failure) else run


def _stored(jobs: Iterable[Job], store: Store, *, retry: bool) -> dict[Condition, Run]:
    found = {job.condition: stored_run(job, store, retry=retry) for job in jobs}
    return {condition: run for condition, run in found.items() if run}


@dataclass
class ExperimentState:
    """An experiment and its runs so far."""

    experiment: Experiment
    runs: dict[Condition, Run] = field(default_factory=dict)
    recalled: set[Condition] = field(default_factory=set)
    """The conditions whose run comes from the store, perhaps from another machine."""
    running: set[Condition] = field(default_factory=set)
    whole: dict[Condition, Run] = field(default_factory=dict)
    """Stored runs of the whole program, in case that the short one gives other numbers."""

    @classmethod
    def load(cls, experiment: Experiment, store: Store, *, retry: bool = False) -> ExperimentState:
        """Return an experiment with its stored runs; with `retry`, without stored failures."""
        state = cls(experiment)
        state.runs = _stored(experiment.jobs, store, retry=retry)
        state.recalled = {*state.runs}
        state.whole = _stored(experiment.whole, store, retry=retry)
        state._use_whole_program()
        return state

    def _use_whole_program(self) -> None:
        """Have the runs of the whole program, where the short one gives other numbers."""
        settled = self.experiment.settled(self.runs)
        for job in self.experiment.whole if settled != [*self.experiment.jobs] else ():
            self.runs.pop(job.condition, None)
            if run := self.whole.get(job.condition):
                self.runs[job.condition] = run
                self.recalled.add(job.condition)

    @property
    def post(self) -> Post:
        """Return the post."""
        return self.experiment.post

    @property
    def published(self) -> Run | None:
        """Return the published run, or None as long as it is not known."""
        return self.runs.get(PUBLISHED)

    @property
    def missing(self) -> list[Job]:
        """Return the jobs whose runs are not known and would be useful."""
        return self.experiment.missing(self.runs)

    @property
    def executed(self) -> list[Run]:
        """Return the runs that do not come from the store, in the order in which they ended."""
        return [run for condition, run in self.runs.items() if condition not in self.recalled]

    @property
    def ended(self) -> bool:
        """Return whether no job is running."""
        return not self.running

    def start(self) -> list[Job]:
        """Return the jobs to start now, and count them as running; their earlier runs are void."""
        jobs = self.experiment.ready(self.runs, running=self.running, recalled=self.recalled)
        for job in jobs:
            self.runs.pop(job.condition, None)
            self.recalled.discard(job.condition)
            self.running.add(job.condition)
        return jobs

    def end(self, job: Job, run: Run) -> list[Job]:
        """Add the run of a job that ended; return the jobs to start because of it."""
        self.running.remove(job.condition)
        self.runs[job.condition] = run
        if job.condition.kind == "short":
            self._use_whole_program()
        return self.start()
