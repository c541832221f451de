"""Stores of runs that were never made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from site_tools.project import Project, read_posts
from tests.support.runs import a_run

DAY = date(2026, 11, 20)


def fill(folder: Path) -> None:
    """Store a published run of each post, as if it had been made; the posts have one cell."""
    project = Project(folder)
    run = replace(a_run(0.0), outputs=((),), seconds=(0.1,), values={}, on=DAY)
    for experiment in project.experiments(read_posts(project).posts):
        project.store.save(experiment.jobs[0].key, run)


def objects(folder: Path) -> dict[str, bytes]:
    """Return the files of all stored runs of a project."""
    store = folder / ".elevenlines" / "store"
    return {p.relative_to(store).as_posix(): p.read_bytes() for p in store.glob("??/*.run")}
