"""`elevenlines run`: execute what is missing, judge the claims, print a line per claim."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from site_tools.commands.bar_reporter import BarReporter
from site_tools.commands.printing import print_command, print_notes, print_problems
from site_tools.evidence import run_table
from site_tools.evidence.report_text import range_text
from site_tools.evidence.reviewer_notes import notes_on
from site_tools.evidence.run_report import RunReport, post_result
from site_tools.evidence.unchanged import never_changed
from site_tools.evidence.verdict import Evidence, Verdict
from site_tools.experiment.plan import Job
from site_tools.model.errors import Problem
from site_tools.model.goals import show
from site_tools.model.text import count, in_runs
from site_tools.posts.data_files import changed_data
from site_tools.project import Project, Reading, read_posts, select
from site_tools.running.options import Options
from site_tools.running.outcome import Outcome, PostOutcome
from site_tools.running.scheduler import History
from site_tools.running.session import Session
from site_tools.running.shard import Shard
from site_tools.sandbox import confinement

if TYPE_CHECKING:  # slow to import, and not needed when all runs are stored
    from site_tools.running.pool import Pool


Format = Literal["text", "json"]


def run(
    project: Project,
    names: Sequence[str],
    options: Options,
    form: Format = "text",
    shard: Shard | None = None,
) -> int:
    """Run the named posts, or all, or one part of them; return 1 when a post has a problem.

    As JSON, the results go to standard output, and what is printed for a person to standard error.
    """
    reading = select(project, read_posts(project), names)
    with redirect_stdout(sys.stderr) if form == "json" else nullcontext():
        if shard:
            reading = _part(project, reading, shard, _devices(options))
        outcome = run_posts(project, reading, options)
    if form == "json":
        print_command(results(outcome).model_dump_json(indent=2))
    return 0 if all(problem.for_readers for problem in outcome.problems) else 1


def _devices(options: Options) -> Sequence[str]:
    return ("gpu",) if options.device == "gpu" else ("cpu", "gpu")


def _part(project: Project, reading: Reading, shard: Shard, devices: Sequence[str]) -> Reading:
    """Return the posts of a shard with their problems; print how much of the work they are."""
    history = History.read(project.history)
    sound = [post for post in reading.posts if not reading.faulty(post)]
    seconds = dict.fromkeys(reading.files, 0.0)
    for experiment in project.runnable(sound, devices)[0]:
        seconds[experiment.post.file] += sum(map(history.seconds, experiment.jobs))
    own = shard.of(seconds)
    work, total = sum(seconds[file] for file in own), sum(seconds.values())
    posts = f"{len(own):,} of {count(len(seconds), 'post')}"
    print(f"Shard {shard}: {posts}, about {work:,.0f} of {total:,.0f} s.", flush=True)
    return reading.of(own)


def results(outcome: Outcome) -> RunReport:
    """Return the results of all posts that could be read, by file name."""
    return RunReport(
        posts=tuple(
            post_result(
                one.post,
                one.published,
                one.evidence,
                (problem for problem in outcome.problems if problem.post == one.post.file),
            )
            for one in outcome.posts
        )
    )


def run_posts(
    project: Project, reading: Reading, options: Options, *, to_publish: bool = False
) -> Outcome:
    """Run every post that can run, and print how each ended.

    What matters to readers only is a warning, unless the posts are run to be published.
    """
    sound = [post for post in reading.posts if not reading.faulty(post)]
    experiments, lacking = project.runnable(sound, _devices(options))
    problems = [*reading.problems, *lacking]
    print_problems(problems, warn_readers=not to_publish)
    printer = Printer(verbose=options.verbose, to_publish=to_publish)
    session = Session(
        project.store,
        project.history,
        project.last_runs,
        options,
        printer,
        project.shared_store(options.store),
        project.root,
    )
    outcome = session.run(experiments)
    changed = list(_changed(outcome, project.posts))
    print_problems(changed)
    outcome = replace(outcome, problems=(*problems, *outcome.problems, *changed))
    print(_summary(outcome))
    return outcome


def _changed(outcome: Outcome, posts: Path) -> Iterator[Problem]:
    """Yield the data files that changed while their post ran."""
    for post in (one.post for one in outcome.posts):
        for file in changed_data(post.data, posts):
            what = f"posts/{file.name} has changed since the runs began."
            remedy = "Run again: the results are those of its old content."
            yield Problem(file.place, what, remedy, post=post.file)


@dataclass
class Printer(BarReporter):
    """Prints what happens in a session, above a progress bar while jobs are executed."""

    verbose: bool = field(kw_only=True)
    to_publish: bool = field(kw_only=True)

    @contextmanager
    def executing(self, pool: Pool, expected: float) -> Iterator[None]:
        """Show a progress bar."""
        capacity = pool.capacity
        where = f" at {capacity.place}" if capacity.place else ""
        engine = f"{pool.name} engine{where}, {count(capacity.jobs, 'run')} at a time"
        print(f"{engine}; {confinement_in_words(capacity.layers)}", file=sys.stderr)
        with self.showing(expected, capacity.jobs):
            yield

    def printed(self, job: Job, text: str) -> None:
        """Print what a job has printed."""
        with self.aside():
            for line in text.splitlines():
                print(f"{job.post.slug} | {line}", flush=True)

    def post_ended(self, outcome: PostOutcome) -> None:
        """Print how a post ended."""
        with self.aside():
            self._print(outcome)

    def _print(self, outcome: PostOutcome) -> None:
        print_problems(outcome.problems, warn_readers=not self.to_publish)
        if outcome.is_missing:
            where = outcome.post.place_of("device")
            what = "published as not executed yet: its runs need a GPU, and there are none."
            print(f"{where}: warning: {what}", file=sys.stderr)
        for one in never_changed(outcome.post, outcome.evidence) if outcome.evidence else ():
            print(f"{one.place}: warning: {one.what} {one.remedy}", file=sys.stderr)
        failure = outcome.published and outcome.published.failure
        if self.verbose and failure and failure.detail:
            print(failure.detail, file=sys.stderr)
        if outcome.evidence is None:
            return
        if all(problem.for_readers for problem in outcome.problems):
            print(_line(outcome, outcome.evidence), flush=True)
        if self.verbose:
            print("\n".join(run_table.table(outcome.evidence)), flush=True)
            print_notes(notes_on(outcome.post))


def confinement_in_words(active: Sequence[str] | None, who: str = "posts are") -> str:
    """Return by which layers posts, or `who`, are confined, as a sentence; None: not known here."""
    if active is None:
        return "each worker confines posts."
    if not active:
        return f"{who} not confined (`--sandbox off`)."
    missing = [layer for layer in confinement.LAYERS if layer not in active]
    text = f"{who} confined: {', '.join(active)}"
    return f"{text}; not available here: {', '.join(missing)}." if missing else f"{text}."


def _summary(outcome: Outcome) -> str:
    """Return how many posts and runs were executed, and how many posts have problems."""
    run = [one for one in outcome.posts if one.published and not one.is_missing]
    executed = sum(bool(one.executed) for one in run)
    runs = sum(len(one.executed) for one in run)
    parts = [f"{count(executed, 'post')} executed"]
    if runs > executed:
        parts[0] += f" in {count(runs, 'run')}"
    parts.append(f"{len(run) - executed:,} stored")
    failed = {problem.post for problem in outcome.problems if not problem.for_readers}
    unfit = {problem.post for problem in outcome.problems} - failed
    if failed:
        parts.append(f"{len(failed):,} failed")
    if unfit:
        parts.append(f"{len(unfit):,} not ready for readers")
    return ", ".join(parts) + "."


def _line(outcome: PostOutcome, evidence: Evidence) -> str:
    """Return a line for the post; further claims go below the first."""
    seconds = sum(run.total_seconds for run in outcome.executed)
    time = f"{seconds:.1f} s" if outcome.executed else "stored"
    name = outcome.post.file + (" (GPU)" if outcome.device == "gpu" else "")
    head = f"{name:<32} {time:>7}   "
    claims = [claim_line(verdict) for verdict in evidence.verdicts]
    return head + ("\n" + " " * len(head)).join(claims or ["trains nothing"])


def claim_line(verdict: Verdict) -> str:
    """Return what was measured for an accepted claim, in one line."""
    goal = verdict.claim.goal
    off = [trial for trial in verdict.off if trial.value is not None]
    ends = range_text(off, goal, between=" to ")
    parts = [
        f"{verdict.claim.metric} = {show(verdict.published.value or 0.0, goal)}",
        f"goal {goal}",
        f"learning off {ends} {in_runs(ends, len(off))}",
        "deterministic"
        if verdict.deterministic
        else f"{verdict.passing} of {len(verdict.seeds)} starts",
    ]
    return ", ".join(parts)
