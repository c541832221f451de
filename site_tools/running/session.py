"""Posts → finished experiments: loads stored runs, executes the missing ones, judges each post.

Reports each event to a Reporter, and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.last_runs import LastRuns
from site_tools.experiment.plan import Experiment, Job
from site_tools.experiment.run_cache import Store
from site_tools.experiment.shared_store import SharedStore
from site_tools.experiment.variant_plan import stored_variants
from site_tools.model.errors import Problem
from site_tools.model.run import Run
from site_tools.running.engine import Engine
from site_tools.running.engines import new_engine
from site_tools.running.options import Options
from site_tools.running.outcome import (
    Outcome,
    PostOutcome,
    allowed_without,
    merged,
    outcome_of,
    refused,
)
from site_tools.running.scheduler import History, Queue

if TYPE_CHECKING:  # slow to import, and not needed when all runs are stored
    from site_tools.running.pool import Pool
    from site_tools.running.workplace import Workplace


class Reporter(Protocol):
    """Is notified while a session runs."""

    def executing(self, pool: Pool, expected: float) -> AbstractContextManager[None]:
        """Surround the execution of jobs, which are expected to take so many seconds of work."""

    def tick(self) -> None:
        """Report that a second has passed."""

    def run_ended(self, expected: float) -> None:
        """Report a run that ended and was expected to take so many seconds."""

    def printed(self, job: Job, text: str) -> None:
        """Report what a job has printed."""

    def post_ended(self, outcome: PostOutcome) -> None:
        """Report a post whose experiment has ended."""

    def warned(self, text: str) -> None:
        """Report what stops nothing."""


@dataclass(frozen=True)
class Session:
    """Brings the experiments of posts up to date."""

    store: Store
    history: Path
    """The file that notes how long runs took."""
    last_runs: LastRuns
    options: Options
    reporter: Reporter
    shared: SharedStore | None = None
    """Where other machines look for runs, and leave theirs."""
    root: Path | None = None
    """The folder of the project, for messages; None for programs that are no posts."""
    place: Workplace | None = None
    """Where an engine has started; None to start one when a run is missing."""

    def run(self, experiments: Iterable[Experiment]) -> Outcome:
        """Execute what is missing of each experiment, and judge it."""
        experiments = list(experiments)
        if not self.options.evidence:
            experiments = [replace(one, jobs=one.jobs[:1]) for one in experiments]
        self._fetch(experiments)
        ended: list[PostOutcome] = []

        def end(outcome: PostOutcome) -> None:
            self.reporter.post_ended(outcome)
            ended.append(outcome)

        states, waiting = [], []
        for experiment in experiments:
            state = ExperimentState.load(experiment, self.store, retry=self.options.retry)
            jobs = state.start()
            if jobs and (why := self.engine.host.lacks(jobs[0])):
                if any(job.condition.judges for job in jobs):
                    if experiment.post.device == "gpu" or self.options.device == "gpu":
                        end(self._refused(state, why))
                    continue
                state.running.clear()  # curves only: the verdict is complete without them
                jobs = []
            states.append(state)
            waiting += jobs
            if state.ended:
                end(self._outcome(state))
        if waiting:
            self._execute(waiting, states, end)
        if self.shared:
            self._warn(self.shared.flush())
        return Outcome(tuple(merged(ended)), tuple(p for one in ended for p in one.problems))

    @cached_property
    def engine(self) -> Engine:
        """Return the engine that executes what is missing."""
        if self.place:
            return self.place.engine
        on_print = self.reporter.printed if self.options.verbose else None
        return new_engine(self.options, on_print)

    def _refused(self, state: ExperimentState, why: Problem) -> PostOutcome:
        outcome = refused(state, why)
        published = state.experiment.jobs[0]
        return allowed_without(outcome, published) if self.options.allow_missing else outcome

    def _fetch(self, experiments: Iterable[Experiment]) -> None:
        """Have the local store hold what the shared one has of these experiments."""
        if self.shared:
            keys = [job.key for experiment in experiments for job in experiment.all_jobs]
            self._warn(self.shared.fetch(keys, self.store))

    def _warn(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.reporter.warned(line)

    def _outcome(self, state: ExperimentState) -> PostOutcome:
        outcome = outcome_of(state, self.root, evidence=self.options.evidence)
        if not self.options.variants or outcome.evidence is None:
            return outcome
        return replace(outcome, variants=stored_variants(state, self.store, self.options.variants))

    def _execute(
        self,
        waiting: Sequence[Job],
        states: Iterable[ExperimentState],
        end: Callable[[PostOutcome], None],
    ) -> None:
        """Execute jobs and those that follow from them; store each run as it ends."""
        state_of = {(state.post.file, state.experiment.device): state for state in states}
        history = History.read(self.history)

        def done(job: Job, run: Run) -> list[Job]:
            kept = run.failure is None or run.failure.repeatable
            if kept or job.condition.kind == "short":  # then the whole program serves
                self.store.save(job.key, run)
                if self.shared:
                    self.shared.send(job.key, self.store)
                self.last_runs.note(job)
            expected = history.seconds(job)
            history.note(job, run)
            state = state_of[job.post.file, job.device]
            further = state.end(job, run)
            if state.ended:
                end(self._outcome(state))
            self.reporter.run_ended(expected)
            return further

        from site_tools.running.pool import Pool  # noqa: PLC0415

        pool = Pool.of(self.engine, self.options, waiting, self.place)
        missing = [job for state in state_of.values() for job in state.missing]
        with self.reporter.executing(pool, sum(map(history.seconds, missing))):
            try:
                queue = Queue(history, pool.capacity.memory, gpus=len(pool.capacity.gpus))
                pool.execute(waiting, queue, done, self.reporter.tick)
            finally:
                history.write()
