"""Makes the runs of variants that are not stored, of posts whose claims are accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.experiment.experiment_state import stored_run
from site_tools.experiment.plan import Job
from site_tools.experiment.run_cache import Store
from site_tools.experiment.variant_plan import VariantPlan
from site_tools.model.claim import Condition
from site_tools.model.run import Run
from site_tools.running.engines import new_engine
from site_tools.running.options import Options
from site_tools.running.scheduler import History, Queue
from site_tools.running.session import Reporter


@dataclass
class _State:
    """The runs of one post's variants so far."""

    plan: VariantPlan
    runs: dict[Condition, Run] = field(default_factory=dict)
    executed: list[Run] = field(default_factory=list)
    running: set[Condition] = field(default_factory=set)
    is_second: bool = False

    def start(self, store: Store, *, retry: bool) -> list[Job]:
        """Return the jobs to start now: once all of the first have ended, those that follow."""
        while not self.running:
            if self.is_second:
                return []
            known = {c.variant: run for c, run in self.runs.items() if not c.trial}
            jobs = self.plan.further(known) if known else self.plan.first
            self.is_second = bool(known) or not jobs
            missing = [job for job in jobs if not self._recall(job, store, retry=retry)]
            self.running = {job.condition for job in missing}
            if missing:
                return missing
        return []

    def _recall(self, job: Job, store: Store, *, retry: bool) -> bool:
        run = stored_run(job, store, retry=retry)
        if run is not None:
            self.runs[job.condition] = run
        return run is not None


@dataclass(frozen=True)
class VariantSession:
    """Brings the variants of posts up to date."""

    store: Store
    history: Path
    options: Options
    reporter: Reporter
    on_run: Callable[[VariantPlan, int, int], None] = lambda *_: None
    """Called when a run has ended, with how many of its post have, and how many are left so far."""
    on_post: Callable[[VariantPlan, VariantEvidence, list[Run]], None] = lambda *_: None
    """Called when all of a post have ended, with what they show and those that were made now."""

    def run(self, plans: Sequence[VariantPlan]) -> list[VariantEvidence]:
        """Make the missing runs; return for each post what all show."""
        states = {plan.post.file: _State(plan) for plan in plans}
        waiting: list[Job] = []
        for state in states.values():
            waiting += self._next(state, retry=self.options.retry)
        if waiting:
            self._execute(waiting, states)
        return [state.plan.evidence(state.runs) for state in states.values()]

    def _next(self, state: _State, *, retry: bool = False) -> list[Job]:
        """Return the jobs of a post to start now, once those before have ended."""
        if state.running:
            return []
        jobs = state.start(self.store, retry=retry)
        if not jobs:
            self.on_post(state.plan, state.plan.evidence(state.runs), state.executed)
        return jobs

    def _execute(self, waiting: Sequence[Job], states: dict[str, _State]) -> None:
        history = History.read(self.history)

        def done(job: Job, run: Run) -> list[Job]:
            state, kept = states[job.post.file], self._as_result(job, run)
            if kept.failure is None or kept.failure.repeatable:
                self.store.save(job.key, kept)
            state.runs[job.condition] = kept
            state.executed.append(kept)
            state.running.discard(job.condition)
            self.reporter.run_ended(history.seconds(job))
            self.on_run(state.plan, len(state.executed), len(state.running))
            return self._next(state)

        from site_tools.running.pool import Pool  # noqa: PLC0415  slow to import

        pool = Pool.of(new_engine(self.options), self.options, waiting)
        expected = sum(history.seconds(job) for job in waiting)
        with self.reporter.executing(pool, expected):
            pool.execute(waiting, Queue(history, pool.capacity.memory), done, self.reporter.tick)

    def _as_result(self, job: Job, run: Run) -> Run:
        """Return the run of a variant as it is stored.

        To exceed a limit is a result: the program itself, with the same limits, does not. So the
        run is not made again, unless the author has set a shorter time.
        """
        failure = run.failure
        hurried = 0 < self.options.timeout < job.longest
        if failure is None or not failure.limit or (failure.limit == "time" and hurried):
            return run
        return replace(run, failure=replace(failure, repeatable=True))
