"""`elevenlines run`: execute what is missing, judge the claims, print a line a claim."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import psutil

from site_tools.checks.rules import figure_problems
from site_tools.commands.printing import count, print_problems
from site_tools.evidence import author_report, run_table
from site_tools.evidence.judge import judge
from site_tools.evidence.verdict import Evidence, Verdict
from site_tools.experiment.plan import Experiment, Job, experiments_for, recall
from site_tools.model.claim import Condition
from site_tools.model.errors import BadProject, Problem
from site_tools.model.goals import show
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.project import Project, Reading, read_posts, select
from site_tools.running.progress_bar import Bar
from site_tools.running.scheduler import History, Queue
from site_tools.sandbox import confinement

MEMORY_SHARE = 0.9
"""The part of the free memory that posts may use."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run."""

    jobs: int = 0
    """Runs at a time; 0 means one a core."""
    timeout: float = 300.0
    """Seconds that one run may take."""
    retry: bool = False
    """Run stored failures again."""
    verbose: bool = False
    engine: str = ""
    """One of `engines.ENGINES`; empty for the best one here."""
    sandbox: str = "auto"
    """`auto`, `require` or `off`."""
    evidence: bool = True
    """Make the runs that judge the claims, and not the published ones alone."""


@dataclass(frozen=True, slots=True)
class Result:
    """A post whose published run ended, now or earlier."""

    post: Post
    run: Run
    """The published run."""
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of running posts."""

    results: tuple[Result, ...]
    """The posts that ran to their end, by file name."""
    problems: tuple[Problem, ...]
    """Everything that keeps a post from being published."""
    published: tuple[tuple[Post, Run], ...]
    """Every post whose published run ended well, with that run."""


def run(project: Project, names: Sequence[str], options: Options) -> int:
    """Run the named posts, or all; return 1 when one of them is wrong."""
    reading = select(project, read_posts(project), names)
    outcome = run_posts(project, reading, options)
    return 1 if outcome.problems else 0


def run_posts(project: Project, reading: Reading, options: Options) -> Outcome:
    """Bring every sound post's experiment up to date, and say how each fared."""
    print_problems(reading.problems)
    sound = [post for post in reading.posts if not reading.faulty(post)]
    experiments = experiments_for(sound, project.pins)
    if not options.evidence:
        experiments = [replace(one, jobs=one.jobs[:1]) for one in experiments]
    progress = [_Progress(experiment) for experiment in experiments]
    report = _Report(options, list(reading.problems))
    waiting: list[Job] = []
    for one in list(progress):
        recall(one.experiment, project.store, retry=options.retry)
        jobs = one.start()
        if any(job.device == "gpu" for job in jobs) and not confinement.gpu_files():
            if any(job.condition.judges for job in jobs):
                report.refuse(_without_gpu(one.experiment))
                progress.remove(one)
                continue
            one.running -= len(jobs)
            jobs = []  # no verdict needs them
        waiting += jobs
        if one.ended:
            report.settle(one)
    if waiting:
        _execute(waiting, progress, report, project, options)
    report.summary(progress)
    report.results.sort(key=lambda result: result.post.file)
    ended = [(one.experiment.post, one.experiment.published) for one in progress]
    published = tuple((post, run) for post, run in ended if run and not run.failure)
    return Outcome(tuple(report.results), tuple(report.problems), published)


def _execute(
    waiting: Sequence[Job],
    progress: Sequence[_Progress],
    report: _Report,
    project: Project,
    options: Options,
) -> None:
    """Run jobs and all that follow from them; store each run as it ends."""
    from site_tools.running.pool import DEFAULT, Pool  # noqa: PLC0415  slow to import

    by_post = {one.experiment.post.file: one for one in progress}
    history = History.read(project.root / ".elevenlines" / "history.json")
    expected = sum(history.seconds(job) for one in progress for job in one.experiment.missing)

    def done(job: Job, run: Run) -> list[Job]:
        if run.failure is None or run.failure.repeatable:
            project.store.save(job.key, run)
        counted = history.seconds(job)
        history.note(job, run)
        one = by_post[job.post.file]
        further = one.end(job, run)
        with bar.aside():
            if one.ended:
                report.settle(one)
        bar.advance(counted)
        return further

    def heard(job: Job, text: str) -> None:
        with bar.aside():
            for line in text.splitlines():
                print(f"{job.post.slug} | {line}", flush=True)

    layers = wanted_layers(options)
    pool = Pool(
        engine=options.engine or DEFAULT,
        workers=options.jobs or cores(),
        timeout=options.timeout,
        sandbox=layers,
        memory=free_memory(),
        heard=heard if options.verbose else None,
    )
    print(
        f"{pool.engine} engine, {pool.workers} at a time; {_confinement(layers)}", file=sys.stderr
    )
    with Bar(expected, pool.workers) as bar:
        try:
            pool.execute(waiting, Queue(history, pool.memory), done, bar.tick)
        finally:
            history.write()


def wanted_layers(options: Options) -> list[str]:
    """Return the layers that confine posts; raises BadProject when fewer than required are here."""
    active = [] if options.sandbox == "off" else confinement.active()
    missing = [layer for layer in confinement.LAYERS if layer not in active]
    if missing and options.sandbox == "require":
        what = f"this machine cannot confine posts: {', '.join(missing)}."
        raise BadProject(f"{what} {confinement.REMEDY}")
    return active


def free_memory() -> int:
    """Return how much memory posts may use together, in bytes."""
    return int(psutil.virtual_memory().available * MEMORY_SHARE)


def _confinement(active: Sequence[str]) -> str:
    if not active:
        return "posts are not confined (`--sandbox off`)."
    missing = [layer for layer in confinement.LAYERS if layer not in active]
    said = f"posts are confined: {', '.join(active)}."
    return f"{said[:-1]}; not here: {', '.join(missing)}." if missing else said


@dataclass
class _Progress:
    """An experiment that is under way."""

    experiment: Experiment
    started: set[Condition] = field(default_factory=set)
    executed: list[Run] = field(default_factory=list)
    running: int = 0

    def start(self) -> list[Job]:
        """Return the jobs that can start now."""
        jobs = self.experiment.ready(self.started)
        self.started |= {job.condition for job in jobs}
        self.running += len(jobs)
        return jobs

    def end(self, job: Job, run: Run) -> list[Job]:
        """Take in a run; return the jobs that can start because of it."""
        self.experiment.runs[job.condition] = run
        self.executed.append(run)
        self.running -= 1
        self.experiment.recalled.discard(job.condition)
        return self.start()

    @property
    def ended(self) -> bool:
        """Return whether nothing runs any more."""
        return self.running == 0


@dataclass
class _Report:
    """What is printed, and what came of it."""

    options: Options
    problems: list[Problem]
    results: list[Result] = field(default_factory=list)

    def refuse(self, problem: Problem) -> None:
        """Say why a post cannot be run here."""
        print_problems([problem])
        self.problems.append(problem)

    def settle(self, one: _Progress) -> None:
        """Judge a post whose runs have ended, and say how it fared."""
        post, published = one.experiment.post, one.experiment.published
        assert published is not None  # noqa: S101  it is the first to run
        evidence = None
        if self.options.evidence and not published.failure:
            evidence = judge(post, one.experiment.runs)
        found = [*_failure(post, published, is_new=published in one.executed)]
        if evidence is not None:
            found += [*author_report.problems(post, evidence), *figure_problems(post, published)]
        faults = [replace(fault, post=post.file) for fault in found]
        print_problems(faults)
        self.problems.extend(faults)
        if self.options.verbose and published.failure and published.failure.detail:
            print(published.failure.detail, file=sys.stderr)
        if evidence is None:
            return
        self.results.append(Result(post, published, evidence))
        if not faults:
            print(_line(post, evidence, one.executed), flush=True)
        if self.options.verbose:
            print("\n".join(run_table.table(evidence)), flush=True)

    def summary(self, progress: Sequence[_Progress]) -> None:
        """Say how much was done in all."""
        executed = sum(bool(one.executed) for one in progress)
        runs = sum(len(one.executed) for one in progress)
        parts = [f"{count(executed, 'post')} executed"]
        if runs > executed:
            parts[0] += f" in {count(runs, 'run')}"
        parts.append(f"{len(progress) - executed:,} stored")
        bad = len({problem.post for problem in self.problems})
        if bad:
            parts.append(f"{bad:,} to mend")
        print(", ".join(parts) + ".")


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _without_gpu(experiment: Experiment) -> Problem:
    post, missing = experiment.post, len(experiment.missing)
    what = f"{count(missing, 'run')} of this post must be made on a GPU, and there is none here."
    remedy = "Run it on a machine with one, and bring its `.elevenlines/store` here."
    return Problem(post.place_of("device"), what, remedy, post=post.file)


def _failure(post: Post, run: Run, *, is_new: bool) -> Iterator[Problem]:
    if run.failure:
        again = "" if is_new else "This is the stored run; `--retry` runs it again."
        remedy = " ".join(filter(None, [run.failure.remedy, again]))
        place = post.place_in_code(run.failure.cell, run.failure.line)
        what = run.failure.what if not remedy else f"{run.failure.what.rstrip('.')}."
        yield Problem(place, what, remedy)


def _line(post: Post, evidence: Evidence, executed: Sequence[Run]) -> str:
    """Return a line for the post; further claims stand below the first."""
    time = f"{sum(run.total_seconds for run in executed):.1f} s" if executed else "stored"
    head = f"{post.file:<32} {time:>7}   "
    claims = [_claim(verdict) for verdict in evidence.verdicts]
    return head + ("\n" + " " * len(head)).join(claims or ["trains nothing"])


def _claim(verdict: Verdict) -> str:
    goal = verdict.claim.goal
    off = [trial.value for trial in verdict.off if trial.value is not None]
    parts = [
        f"{verdict.claim.metric} = {show(verdict.published.value or 0.0, goal)}",
        f"goal {goal}",
        f"learning off {show(statistics.fmean(off), goal)}",
        "deterministic"
        if verdict.deterministic
        else f"{verdict.passing} of {len(verdict.seeds)} starts",
    ]
    return ", ".join(parts)
