"""`elevenlines check`: find mistakes without running a post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from site_tools.commands.findings import Finding, Format, print_findings
from site_tools.evidence.judge import judge
from site_tools.evidence.reviewer_notes import notes_on
from site_tools.experiment.experiment_state import ExperimentState, stored_run
from site_tools.experiment.variant_plan import stored_variants
from site_tools.model.errors import BadProject, Problem
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.text import count
from site_tools.posts.dependencies import uninstalled
from site_tools.project import Project, Reading, read_posts, select
from site_tools.publishing.checked_docs import docs_problems
from site_tools.publishing.checked_posts import (
    further_problems,
    own_warnings,
    warnings_among,
    warnings_of_runs,
)
from site_tools.publishing.kept_plans import kept_notes


def check(project: Project, names: Sequence[str], form: Format = "text") -> int:
    """Print the problems of the named posts, or of all; return 1 when there are any.

    Without problems, print the warnings, and the lines that a reviewer should read.
    """
    everything = read_posts(project)
    reading = select(project, everything, names)
    problems = problems_of(project, reading)
    if not names:
        published = (post for post in reading.posts if not post.draft)
        problems += [*project.unfit, *docs_problems_of(project, published, reading)]
    if problems:
        print_findings(map(Finding.of_problem, problems), form, project.root)
        return 1
    style = project.settings.options.style
    found = [
        warning
        for post in reading.posts
        for warning in own_warnings(post, _published(project, post), style)
    ]
    found += [warning for post in reading.posts for warning in _of_runs(project, post)]
    found += warnings_among(reading.posts, everything.posts, datetime.now(UTC).date())
    warnings = [*map(Finding.of_warning, found)]
    find = partial(kept_notes, project.root)
    notes = [Finding.of_note(note) for post in reading.posts for note in notes_on(post, find)]
    print_findings([*warnings, *notes], form, project.root)
    more = f", {count(len(warnings), 'warning')}" if warnings else ""
    more += f", {count(len(notes), 'note')} for reviewers" if notes else ""
    if form == "text":
        print(f"{count(len(reading.posts), 'post')} checked, no problems found{more}.")
    return 0


def problems_of(project: Project, reading: Reading) -> list[Problem]:
    """Return the problems of these posts, found without running them."""
    problems = list(reading.problems)
    for post in reading.posts:
        if not any(problem.post == post.file for problem in reading.problems):
            problems += uninstalled(post, project.pins)
            problems += further_problems(post, project.pins, project.root)
    return problems


def docs_problems_of(project: Project, posts: Iterable[Post], reading: Reading) -> list[Problem]:
    """Return what is wrong with the pages of `docs/`, of a site with these posts."""
    unread = set(reading.files) - {post.file for post in reading.posts}
    return [*docs_problems(project.root, project.settings, posts, unread)]


def _of_runs(project: Project, post: Post) -> Iterator[Problem]:
    """Yield the warnings that follow from the runs of a post, if they are stored."""
    if not post.claims or not _published(project, post):
        return
    for experiment in project.experiments([post], ["cpu"]):
        state = ExperimentState.load(experiment, project.store)
        times = project.settings.options.variants
        variants = stored_variants(state, project.store, times) if times else None
        yield from warnings_of_runs(post, judge(post, state.runs), variants)


def _published(project: Project, post: Post) -> Run | None:
    """Return the published run of a post, if it is stored."""
    with suppress(BadProject):  # a package is not installed, so there is no cache key
        return stored_run(project.experiments([post])[0].jobs[0], project.store)
    return None
