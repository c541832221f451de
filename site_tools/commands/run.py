"""`elevenlines run`: execute what is missing, judge the claims, print a line a post."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from site_tools.claims import show
from site_tools.commands.check import count, print_problems
from site_tools.errors import Problem
from site_tools.evidence import Evidence, Verdict, judge
from site_tools.plan import Job, jobs_for, split
from site_tools.post import Post, Run
from site_tools.project import Project, Reading, read_posts, select
from site_tools.rules import figure_problems


@dataclass(frozen=True, slots=True)
class Options:
    """How to run."""

    jobs: int = 0
    """Posts at a time; 0 means one a core."""
    timeout: float = 300.0
    """Seconds that one post may take."""
    retry: bool = False
    """Run stored failures again."""
    verbose: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A post that was executed, now or earlier."""

    post: Post
    run: Run
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of running posts."""

    results: tuple[Result, ...]
    """The posts that ran to their end, by file name."""
    problems: tuple[Problem, ...]
    """Everything that keeps a post from being published."""


def run(project: Project, names: Sequence[str], options: Options) -> int:
    """Run the named posts, or all; return 1 when one of them is wrong."""
    reading = select(project, read_posts(project), names)
    outcome = run_posts(project, reading, options)
    return 1 if outcome.problems else 0


def run_posts(project: Project, reading: Reading, options: Options) -> Outcome:
    """Bring every sound post's run up to date, and say how each fared."""
    print_problems(reading.problems)
    sound = [post for post in reading.posts if not reading.faulty(post)]
    jobs = jobs_for(sound, project.pins)
    stored, missing = split(jobs, project.store, retry=options.retry)
    results: list[Result] = []
    problems = list(reading.problems)

    def settle(job: Job, run: Run, *, is_new: bool) -> None:
        found = _faults(job.post, run, is_new=is_new)
        faults = [replace(fault, post=job.post.file) for fault in found]
        print_problems(faults)
        problems.extend(faults)
        if run.failure:
            if options.verbose and run.failure.detail:
                print(run.failure.detail, file=sys.stderr)
            return
        result = Result(job.post, run, judge(job.post, run))
        results.append(result)
        if not faults:
            print(_line(result, is_new=is_new), flush=True)

    def done(job: Job, run: Run) -> None:
        if run.failure is None or run.failure.repeatable:
            project.store.save(job.key, run)
        settle(job, run, is_new=True)

    for job in jobs:
        if job.key in stored:
            settle(job, stored[job.key], is_new=False)
    if missing:
        from site_tools.engines import jupyter  # noqa: PLC0415  slow to import

        workers = options.jobs or _cores()
        jupyter.execute(missing, workers=workers, timeout=options.timeout, done=done)
    _summary(len(missing), len(jobs) - len(missing), len({p.post for p in problems}))
    results.sort(key=lambda result: result.post.file)
    return Outcome(tuple(results), tuple(problems))


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _faults(post: Post, run: Run, *, is_new: bool) -> list[Problem]:
    if run.failure:
        again = "" if is_new else "This is the stored run; `--retry` runs it again."
        remedy = " ".join(filter(None, [run.failure.remedy, again]))
        place = post.place_in_code(run.failure.cell, run.failure.line)
        what = run.failure.what if not remedy else f"{run.failure.what.rstrip('.')}."
        return [Problem(place, what, remedy)]
    verdicts = enumerate(judge(post, run).verdicts, start=1)
    missed = [_missed(number, verdict) for number, verdict in verdicts if not verdict.accepted]
    return missed + list(figure_problems(post, run))


def _missed(number: int, verdict: Verdict) -> Problem:
    claim = verdict.claim
    if verdict.value is None:
        what = f"claim {number} cannot be judged: `{claim.metric}` {verdict.fault}."
        return Problem(
            claim.place,
            what,
            "A metric is one finite number, made from the names that the code leaves behind.",
        )
    got = f"`{claim.metric}` is {show(verdict.value, claim.goal)}, not {claim.goal}"
    what = f"claim {number} misses its goal: {got}."
    return Problem(claim.place, what, "Claim what the network does reach, or train it better.")


def _line(result: Result, *, is_new: bool) -> str:
    """Return a line for the post; further claims stand below the first."""
    time = f"{result.run.total_seconds:.1f} s" if is_new else "stored"
    head = f"{result.post.file:<32} {time:>7}   "
    claims = [
        f"{verdict.claim.metric} = {show(verdict.value, verdict.claim.goal)}, "
        f"goal {verdict.claim.goal}"
        for verdict in result.evidence.verdicts
        if verdict.value is not None
    ]
    return head + ("\n" + " " * len(head)).join(claims or ["trains nothing"])


def _summary(executed: int, stored: int, bad: int) -> None:
    parts = [f"{count(executed, 'post')} executed", f"{stored:,} stored"]
    if bad:
        parts.append(f"{bad:,} to mend")
    print(", ".join(parts) + ".")
