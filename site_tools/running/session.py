"""Posts → finished experiments: loads stored runs, executes the missing ones, judges each post.

Reports each event to a Reporter, and prints nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from site_tools.checks.bound_value_rules import unshown_values
from site_tools.checks.shown_rules import shown_problems
from site_tools.evidence import author_report
from site_tools.evidence.judge import judge
from site_tools.evidence.variant_evidence import VariantEvidence
from site_tools.evidence.verdict import Evidence, JudgedPost, OnOtherDevice
from site_tools.experiment.last_runs import LastRuns
from site_tools.experiment.plan import Experiment, Job
from site_tools.experiment.run_cache import Store
from site_tools.experiment.shared_store import SharedStore
from site_tools.experiment.variant_plan import VariantPlan, load
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.errors import BadProject, Problem
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.text import count
from site_tools.posts.bound_values import as_shown
from site_tools.posts.dependencies import installed
from site_tools.running import gpus
from site_tools.running.limits import cores, free_memory
from site_tools.running.scheduler import History, Queue
from site_tools.sandbox import confinement

if TYPE_CHECKING:
    from site_tools.running.pool import Pool


@dataclass(frozen=True, slots=True)
class Options:
    """How to run."""

    jobs: int = 0
    """Runs at a time; 0 means one per core."""
    timeout: float = 0.0
    """Seconds that one run may take; 0 for what the post says."""
    retry: bool = False
    """Run stored failures again."""
    verbose: bool = False
    """Report what published runs print, and tracebacks."""
    engine: str = ""
    """One of `pool.ENGINES`; empty for the default."""
    scheduler: str = ""
    """The address of the cluster, for the engine `dask`."""
    sandbox: str = "auto"
    """`auto`, `require` or `off`."""
    store: str = ""
    """The address of a shared store; empty for the one in the settings."""
    evidence: bool = True
    """Execute the runs that judge the claims, not only the published ones."""
    variants: int = 0
    """Report the variants that are stored: up to so many runs for each run of the evidence."""
    device: Literal["auto", "cpu", "gpu"] = "auto"
    """cpu: take runs on a GPU from the store only. gpu: make and judge no others."""
    allow_missing: bool = False
    """Let a post be published without its runs if it needs a GPU and there is none."""


MOST_WAITING = 100
"""Jobs that a cluster gets at once, so that it can see that it needs more workers."""


def workers(options: Options) -> int:
    """Return how many runs are executed at a time."""
    return options.jobs or cores()


def wanted_layers(options: Options) -> list[str]:
    """Return the layers that confine posts; raises BadProject when a required one is missing."""
    active = [] if options.sandbox == "off" else confinement.active()
    missing = [layer for layer in confinement.LAYERS if layer not in active]
    if missing and options.sandbox == "require":
        what = f"this machine cannot confine posts: {', '.join(missing)}."
        raise BadProject(f"{what} {confinement.REMEDY}")
    return active


@dataclass(frozen=True, slots=True)
class PostOutcome:
    """The result of one post's experiment."""

    post: Post
    published: Run | None
    """The published run; None when the post was not run."""
    evidence: Evidence | None
    """None when the published run failed, or when no evidence was wanted."""
    executed: tuple[Run, ...]
    """The runs of this session; empty when all come from the store."""
    problems: tuple[Problem, ...]
    """Everything that keeps the post from being published."""
    device: str = "cpu"
    """What it was run on."""
    also: PostOutcome | None = None
    """The same post on its second device, if its runs are known there."""
    variants: VariantEvidence | None = None
    """None unless they are asked for and stored."""
    is_missing: bool = False
    """Whether it needs a GPU, has no run, and may be published without."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a session."""

    posts: tuple[PostOutcome, ...]
    """By file name."""
    problems: tuple[Problem, ...]
    """Everything that keeps a post from being published."""

    @property
    def judged(self) -> tuple[JudgedPost, ...]:
        """Return the posts that have evidence, or are published without."""
        return tuple(filter(None, map(_judged, self.posts)))

    @property
    def published(self) -> tuple[tuple[Post, Run], ...]:
        """Return the posts whose published run succeeded, with that run."""
        ended = [(one.post, one.published) for one in self.posts if not one.is_missing]
        return tuple((post, run) for post, run in ended if run and not run.failure)


def _judged(outcome: PostOutcome) -> JudgedPost | None:
    if outcome.is_missing and outcome.published is not None:
        # Without the claims that nothing has proved.
        post = as_shown(replace(outcome.post, claims=()), outcome.published)
        return JudgedPost(post, outcome.published, Evidence(()), is_missing=True)
    if outcome.published is None or outcome.evidence is None:
        return None
    post = as_shown(outcome.post, outcome.published)
    found, other = outcome.variants, _other(outcome)
    return JudgedPost(post, outcome.published, outcome.evidence, found, other=other)


def _other(outcome: PostOutcome) -> OnOtherDevice | None:
    also = outcome.also
    if also is None or also.published is None or also.evidence is None:
        return None
    return OnOtherDevice(also.published, also.evidence)


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


@dataclass
class ExperimentState:
    """An experiment and its runs so far."""

    experiment: Experiment
    runs: dict[Condition, Run] = field(default_factory=dict)
    recalled: set[Condition] = field(default_factory=set)
    """The conditions whose run comes from the store, perhaps from another machine."""
    running: set[Condition] = field(default_factory=set)

    @classmethod
    def load(cls, experiment: Experiment, store: Store, *, retry: bool = False) -> ExperimentState:
        """Return an experiment with its stored runs; with `retry`, without stored failures."""
        state = cls(experiment)
        for job in experiment.jobs:
            run = store.load(job.key)
            if run is not None and job.fits(run) and not (retry and run.failure):
                state.runs[job.condition] = run
                state.recalled.add(job.condition)
        return state

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
        return self.start()


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
            if jobs and experiment.device == "gpu" and (why := self._unusable(experiment)):
                if any(job.condition.judges for job in jobs):
                    if experiment.post.device == "gpu" or self.options.device == "gpu":
                        refused = _refused(state, why)
                        end(
                            _allowed(refused, experiment) if self.options.allow_missing else refused
                        )
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
        return Outcome(tuple(_merged(ended)), tuple(p for one in ended for p in one.problems))

    @cached_property
    def _gpus(self) -> gpus.Gpus:
        """Return the GPUs to use: none where only the CPU is asked for."""
        return gpus.Gpus((), gpus.UNWANTED) if self.options.device == "cpu" else gpus.find()

    def _unusable(self, experiment: Experiment) -> Problem | None:
        """Return what keeps an experiment from being made on a GPU here."""
        if self.options.engine == "dask":  # its workers know
            return None
        post, missing = experiment.post, self._gpus.missing
        if missing is None:
            return wrong_version(experiment)
        return Problem(post.place_of("device"), missing.what, missing.remedy, post=post.file)

    def _fetch(self, experiments: Iterable[Experiment]) -> None:
        """Have the local store hold what the shared one has of these experiments."""
        if self.shared:
            keys = [job.key for experiment in experiments for job in experiment.jobs]
            self._warn(self.shared.fetch(keys, self.store))

    def _warn(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.reporter.warned(line)

    def _outcome(self, state: ExperimentState) -> PostOutcome:
        outcome = outcome_of(state, evidence=self.options.evidence)
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
            if run.failure is None or run.failure.repeatable:
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

        pool = self._pool(waiting)
        missing = [job for state in state_of.values() for job in state.missing]
        with self.reporter.executing(pool, sum(map(history.seconds, missing))):
            try:
                queue = Queue(history, pool.memory, gpus=len(pool.gpus))
                pool.execute(waiting, queue, done, self.reporter.tick)
            finally:
                history.write()

    def _pool(self, jobs: Iterable[Job]) -> Pool:
        """Return the pool for these options and these jobs."""
        if self.options.engine == "dask":
            return self._cluster_pool(jobs)
        names = self._gpus.names if any(job.device == "gpu" for job in jobs) else ()
        return new_pool(self.options, self.reporter.printed, names)

    def _cluster_pool(self, jobs: Iterable[Job]) -> Pool:
        """Return the pool for a cluster; raises BadProject when it cannot run these jobs."""
        try:
            from site_tools.running import cluster as clusters  # noqa: PLC0415
            from site_tools.running.dask_engine import Engine  # noqa: PLC0415
        except ImportError:
            what = "`--engine dask` needs packages more."
            raise BadProject(f'{what} `pip install "elevenlines[cluster]"`.') from None
        from site_tools.running.pool import Pool  # noqa: PLC0415

        first = {(job.post.file, job.device): job for job in jobs}
        order = clusters.order_of([*first.values()], self.options.sandbox)
        cluster = clusters.find_cluster(self.options.scheduler, order)
        return Pool(
            engine="dask",
            workers=self.options.jobs or max(MOST_WAITING, 2 * cluster.threads),
            timeout=self.options.timeout,
            sandbox=(),
            memory=sys.maxsize,
            on_print=self.reporter.printed if self.options.verbose else None,
            gpus=[str(number) for number in range(max(cluster.gpus, 1))],
            cluster=partial(Engine, cluster.address, order),
            place=cluster.address,
            at_once=cluster.threads,
        )


def new_pool(
    options: Options,
    on_print: Callable[[Job, str], None] | None = None,
    gpus: Sequence[str] = (),
) -> Pool:
    """Return the pool for these options; imports asyncio and the engines' parts only here."""
    from site_tools.running.pool import DEFAULT, Pool  # noqa: PLC0415

    return Pool(
        engine=options.engine or DEFAULT,
        workers=workers(options),
        timeout=options.timeout,
        sandbox=wanted_layers(options),
        memory=free_memory(),
        on_print=on_print if options.verbose else None,
        gpus=gpus,
    )


def stored_variants(state: ExperimentState, store: Store, times: int) -> VariantEvidence | None:
    """Return what the variants of a judged post show, if all of their runs are stored."""
    post = state.post
    if state.experiment.device != "cpu" or not post.claims or not post.has_variants:
        return None
    if state.post.claims[0].condition("sham") not in state.runs:
        return None
    return load(VariantPlan(state.experiment, state.runs, times), store)


def outcome_of(state: ExperimentState, *, evidence: bool = True) -> PostOutcome:
    """Judge a post whose runs have ended; without `evidence`, only whether its run succeeded."""
    post, published = state.post, state.published
    assert published is not None  # noqa: S101  it is the first to run
    executed = state.executed
    problems = list(_failure(post, published, is_new=published in executed))
    judged = None
    if evidence and not published.failure:
        judged = judge(post, state.runs)
        problems += author_report.problems(post, judged)
        if not post.launch:
            problems += [*shown_problems(post, published), *unshown_values(post, published)]
    device = state.experiment.device
    own = tuple(_on_device(replace(one, post=post.file), post, device) for one in problems)
    return PostOutcome(post, published, judged, tuple(executed), own, device)


def _on_device(problem: Problem, post: Post, device: str) -> Problem:
    """Return a problem that says on which of the devices of a post it appeared."""
    if post.device != "any" or device == "cpu":
        return problem
    return replace(problem, what=f"on the GPU: {problem.what}")


def wrong_version(experiment: Experiment) -> Problem | None:
    """Return what is wrong with the installed packages that the runs of a GPU need."""
    post = experiment.post
    for name, pinned in experiment.jobs[0].packages.items():
        found = installed(name)
        if found != pinned:
            has = f"{found} is installed" if found else "it is not installed"
            what = f"{name}=={pinned} is pinned for them, and {has}."
            other = f", or pin what this machine has: `{name}=={found}` in constraints-gpu.txt"
            remedy = f"Install it{other if found else ''}."
            return Problem(post.place_of("device"), what, remedy, post=post.file)
    return None


def _refused(state: ExperimentState, why: Problem) -> PostOutcome:
    """Return the outcome of a post that needs a GPU, on a machine that has none for it."""
    missing = len(state.missing)
    runs, verb = count(missing, "run"), "needs" if missing == 1 else "need"
    what = f"{runs} of this post {verb} a GPU: {why.what}"
    return PostOutcome(state.post, None, None, (), (replace(why, what=what),), "gpu")


def _allowed(refused: PostOutcome, experiment: Experiment) -> PostOutcome:
    """Return the outcome of a post that may be published without its runs, and their outputs."""
    nothing = tuple(() for _ in refused.post.code_cells)
    packages, today = experiment.jobs[0].packages, datetime.now(UTC).date()
    run = Run(nothing, {}, tuple(0.0 for _ in nothing), "", packages, "gpu", today)
    return replace(refused, published=run, problems=(), is_missing=True)


def _merged(outcomes: Iterable[PostOutcome]) -> Iterator[PostOutcome]:
    """Yield the outcome of each post, in the order of their files, with that of its second device.

    The first device is the CPU, unless only the GPU was asked for.
    """
    in_order = sorted(outcomes, key=lambda one: (one.post.file, one.device))
    for _, group in groupby(in_order, key=lambda one: one.post.file):
        first, *others = group
        problems = (*first.problems, *(p for other in others for p in other.problems))
        yield replace(first, also=next(iter(others), None), problems=problems)


def _failure(post: Post, run: Run, *, is_new: bool) -> Iterator[Problem]:
    if run.failure:
        again = "" if is_new else "This is a stored result; `--retry` runs the post again."
        remedy = " ".join(filter(None, [run.failure.remedy, again]))
        place = post.place_in_code(run.failure.cell, run.failure.line)
        what = run.failure.what if not remedy else f"{run.failure.what.rstrip('.')}."
        yield Problem(place, what, remedy)
