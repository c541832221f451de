"""`elevenlines why`: which runs are missing, and what has changed since the last one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from site_tools.commands.printing import print_problems
from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.plan import Experiment, Job
from site_tools.model.claim import IN_WORDS, PUBLISHED
from site_tools.model.text import count
from site_tools.project import Project, read_posts, select
from site_tools.running.scheduler import History


def why(project: Project, names: Sequence[str]) -> int:
    """Print why the named posts, or all, would run again; return 1 when one has a problem."""
    reading = select(project, read_posts(project), names)
    sound = [post for post in reading.posts if not reading.faulty(post)]
    experiments, lacking = project.runnable(sound)
    problems = [*reading.problems, *lacking]
    print_problems(problems)
    history = History.read(project.history)
    for experiment in experiments:
        print("\n  ".join(_lines(project, experiment, history)))
    return 1 if problems else 0


def _lines(project: Project, experiment: Experiment, history: History) -> Iterator[str]:
    """Yield a heading for a post, and its reasons."""
    state = ExperimentState.load(experiment, project.store)
    file = f"{experiment.post.file}{' (on a GPU)' if experiment.device == 'gpu' else ''}"
    stored = f"{file}: nothing has changed: {count(len(state.runs), 'run')} stored"
    if not state.missing:
        yield f"{stored}."
        return
    if not experiment.ready(state.runs, running=(), recalled=state.recalled):
        yield f"{stored}. The verdict needs no other run; `elevenlines run` prints it."
        return
    seconds = sum(map(history.seconds, state.missing))
    missing, all_jobs = len(state.missing), len(experiment.jobs)
    yield f"{file}: {missing:,} of {count(all_jobs, 'run')} missing, about {seconds:,.0f} CPU s."
    yield from _reasons(project, state.missing)


def _reasons(project: Project, missing: Sequence[Job]) -> Iterator[str]:
    published = next((job for job in missing if job.condition == PUBLISHED), None)
    if published is None:
        kinds = Counter(job.condition.kind for job in missing)
        listed = ", ".join(f"{number} {IN_WORDS[kind]}" for kind, number in kinds.items())
        yield f"The published run is stored. Missing: {listed}."
        return
    changes = project.last_runs.changes(published)
    if changes is None:
        if published.device == "cpu":
            yield "No run of this post was made here yet."
        elif published.post.device == "any":
            yield "A post for any device needs no run on a GPU."
        else:
            yield "No run of this post was made on a GPU yet."
    elif changes:
        yield from map(str, changes)
    else:
        yield "Nothing has changed, but the published run is not in the store."
