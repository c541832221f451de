"""Two published sites, each made once for all test processes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from site_tools.commands import build
from site_tools.commands.run import run_posts
from site_tools.evidence.judge import judge
from site_tools.evidence.verdict import Evidence
from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.plan import experiments_for
from site_tools.experiment.variant_plan import stored_variants
from site_tools.project import Project, read_posts
from site_tools.running.options import Options
from site_tools.running.outcome import PostOutcome
from tests.support.projects import EXAMPLE, ROOT, make_project, run_main


def publish_example(folder: Path) -> None:
    """Build the small site of `tests/cases/site`, with all evidence and one post's variants."""
    copy_posts(EXAMPLE, folder)
    code, said = run_main(folder, "mutate", "two-layers")
    assert code == 0, said
    code, said = run_main(folder, "build")
    assert code == 0, said


def publish_own_posts(folder: Path) -> None:
    """Build this project's site from its stored runs, and make the published runs that it lacks.

    A post whose evidence is not stored gets a page without it. The keys of stored runs contain all
    that they depend on.
    """
    copy_posts(ROOT, folder)
    if Project(ROOT).store.folder.is_dir():
        shutil.copytree(Project(ROOT).store.folder, Project(folder).store.folder)
    project = Project(folder)
    outcome = run_posts(
        project,
        read_posts(project),
        Options(evidence=False, sandbox=os.environ.get("SANDBOX") or "auto"),
    )
    assert not outcome.problems
    known = (_with_stored(one, project) for one in outcome.posts)
    outcome = replace(outcome, posts=tuple(known))
    build._stage(project, outcome)
    build._render(project, outcome)


def _with_stored(one: PostOutcome, project: Project) -> PostOutcome:
    """Return an outcome with the evidence and the variants that are stored."""
    (experiment,) = experiments_for([one.post], project.pins)
    state = ExperimentState.load(experiment, project.store)
    if state.missing:
        return replace(one, evidence=Evidence(()))
    times = project.settings.options.variants or 0
    variants = stored_variants(state, project.store, times) if times else None
    return replace(one, evidence=judge(one.post, state.runs), variants=variants)


def copy_posts(source: Path, folder: Path) -> None:
    make_project(folder, manual=True)
    for name in ("posts", "snippets"):
        shutil.copytree(source / name, folder / name, dirs_exist_ok=True)


def once(folder: Path, publish: Callable[[Path], None]) -> Path:
    """Publish a site unless another process has done so; return its project."""
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "site").is_dir():
            shutil.rmtree(folder, ignore_errors=True)
            publish(folder)
    return folder
