"""`elevenlines check`: find mistakes without running a post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from site_tools.checks import draft_rules, style_rules
from site_tools.checks.path_rules import title_warnings
from site_tools.checks.portability_rules import portability_problems
from site_tools.commands.findings import Finding, Format, print_findings
from site_tools.evidence import control_proposals
from site_tools.evidence.judge import judge
from site_tools.evidence.reviewer_notes import notes_on
from site_tools.evidence.unchanged import never_changed
from site_tools.experiment.experiment_state import ExperimentState, stored_run
from site_tools.experiment.variant_plan import stored_variants
from site_tools.model.errors import BadProject, Problem
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.text import count
from site_tools.pages.charts.social_card import not_drawn
from site_tools.project import Project, Reading, read_posts, select
from site_tools.publishing.checked_docs import docs_problems
from site_tools.publishing.kept_plans import kept_notes

MOST_SHOWN = 12
"""Characters of a text that a warning shows."""


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
    warnings = [
        Finding.of_warning(warning)
        for post in reading.posts
        for warning in style_rules.warnings(post, _published(project, post), style)
    ]
    warnings += [Finding.of_warning(one) for post in reading.posts for one in _left_out(post)]
    warnings += [Finding.of_warning(one) for p in reading.posts for one in _of_runs(project, p)]
    today = datetime.now(UTC).date()
    unfinished = draft_rules.warnings(reading.posts, everything.posts, today)
    alike = (one for one in title_warnings(everything.posts) if one.place.file in reading.files)
    warnings += [Finding.of_warning(one) for one in (*unfinished, *alike)]
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
            problems += control_proposals.uncontrollable(post)
            problems += portability_problems(post, project.pins, project.root)
    return problems


def docs_problems_of(project: Project, posts: Iterable[Post], reading: Reading) -> list[Problem]:
    """Return what is wrong with the pages of `docs/`, of a site with these posts."""
    unread = set(reading.files) - {post.file for post in reading.posts}
    return [*docs_problems(project.root, project.settings, posts, unread)]


def _left_out(post: Post) -> Iterator[Problem]:
    """Yield a warning about characters that the social card of a post cannot show."""
    if characters := not_drawn(post):
        shown = characters if len(characters) <= MOST_SHOWN else f"{characters[:MOST_SHOWN]}…"
        what = f"the social card leaves out `{shown}`: its font has no such characters."
        remedy = "The page itself shows it. Let the title and the claim make sense without it."
        yield Problem(post.place_of("title"), what, remedy)


def _of_runs(project: Project, post: Post) -> Iterator[Problem]:
    """Yield the warnings that follow from the runs of a post, if they are stored."""
    if not post.claims or not _published(project, post):
        return
    for experiment in project.experiments([post], ["cpu"]):
        state = ExperimentState.load(experiment, project.store)
        yield from never_changed(post, judge(post, state.runs))
        yield from _unguarded(project, state)


def _unguarded(project: Project, state: ExperimentState) -> Iterator[Problem]:
    """Yield a warning about the lines whose changes no claim notices, if their runs are stored."""
    times = project.settings.options.variants
    found = stored_variants(state, project.store, times) if times else None
    for one in found.unguarded if found else ():
        what = (
            f"no claim guards this line: no goal is missed with this change: {one.variant.title}."
        )
        remedy = "Add a claim for what the line is for; `elevenlines mutate` lists all changes."
        yield Problem(state.post.place_in_code(*one.place), what, remedy)


def _published(project: Project, post: Post) -> Run | None:
    """Return the published run of a post, if it is stored."""
    with suppress(BadProject):  # a package is not installed, so there is no cache key
        return stored_run(project.experiments([post])[0].jobs[0], project.store)
    return None
