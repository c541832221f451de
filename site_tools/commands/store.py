"""`elevenlines store`: list, check, export and import stored runs."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from site_tools.experiment.cache_key import Key
from site_tools.experiment.plan import Job
from site_tools.experiment.run_archive import export, import_runs
from site_tools.experiment.run_cache import is_whole, run_in
from site_tools.experiment.variant_plan import variant_jobs
from site_tools.model.run import Run
from site_tools.model.text import count
from site_tools.project import Project, read_posts, select
from site_tools.running.session import ExperimentState


def list_runs(project: Project, names: Sequence[str]) -> int:
    """Print how many runs of each post are stored, where and when they were made."""
    jobs = _jobs(project, names)
    stored = set(project.store.stored())
    variants = _variants(project, names, stored)
    changed = _by_post(variants)
    for file, own in _by_post(jobs).items():
        runs = [run for key in own if key in stored and (run := project.store.load(key))]
        more = f"   and {len(changed[file]):,} of variants" if file in changed else ""
        print(f"{file:<32} {len(runs):>4} of {count(len(own), 'run')}{_made(runs)}{more}")
    if not names and (others := len(stored - {*jobs} - {*variants})):
        print(f"{count(others, 'run')} of no post: `elevenlines gc` deletes them.")
    return 0


def _made(runs: Sequence[Run]) -> str:
    """Return on which devices and days runs were made, and with which Python."""
    if not runs:
        return ""
    devices = " and ".join(sorted({run.device for run in runs}))
    pythons = ", ".join(sorted({run.python for run in runs}))
    first, last = (pick(run.on for run in runs).isoformat() for pick in (min, max))
    days = first if first == last else f"{first} to {last}"
    return f"   {devices}, {days}, Python {pythons}"


def export_runs(project: Project, target: Path, names: Sequence[str]) -> int:
    """Write the stored runs of the named posts, or of all, to an archive or a folder."""
    jobs = _jobs(project, names)
    stored = set(project.store.stored())
    wanted = jobs | _variants(project, names, stored)
    about = {key: _about(job) for key, job in wanted.items() if key in stored}
    number = export(project.store, about, target)
    print(f"{target}: {count(number, 'run')} of {count(len(_by_post(jobs)), 'post')}.")
    return 0


def _about(job: Job) -> Mapping[str, Any]:
    """Return what a run is of, for the manifest of an archive."""
    return {
        "post": job.post.file,
        "condition": job.condition.kind,
        "trial": job.condition.trial,
        "device": job.device,
    }


def import_from(project: Project, source: Path) -> int:
    """Add the runs of an archive or a folder to the store; return 1 when some are refused."""
    found = import_runs(project.store, source)
    print(f"{count(found.new, 'run')} imported, {found.known:,} stored already.")
    for key in found.refused:
        what = "is damaged, or of another version of elevenlines; it was left out."
        print(f"{source}: run {key[:12]} {what}", file=sys.stderr)
    if found.cut_off:
        what = "ends too early: copy it again. What comes before was imported."
        print(f"{source}: {what}", file=sys.stderr)
    return 1 if found.refused or found.cut_off else 0


def verify_runs(project: Project) -> int:
    """Check the hash of every stored run; return 1 when one is damaged."""
    keys = project.store.stored()
    sound, other, damaged = 0, 0, 0
    for key in keys:
        data = project.store.read(key) or b""
        if run_in(data):
            sound += 1
        elif is_whole(data):
            other += 1
        else:
            damaged += 1
            path = f".elevenlines/store/{key[:2]}/{key[2:]}.run"
            print(f"{path}: is damaged, and counts as absent. Delete it.", file=sys.stderr)
    more = f", {other:,} of another version: `elevenlines gc` deletes them" if other else ""
    print(f"{count(len(keys), 'run')} checked, {sound:,} sound{more}.")
    return 1 if damaged else 0


def _jobs(project: Project, names: Sequence[str]) -> dict[Key, Job]:
    reading = select(project, read_posts(project), names)
    return {
        job.key: job
        for experiment in project.experiments(reading.posts, must_be_installed=False)
        for job in experiment.jobs
    }


def _variants(project: Project, names: Sequence[str], stored: set[Key]) -> dict[Key, Job]:
    """Return the stored runs of variants."""
    reading = select(project, read_posts(project), names)
    return {
        key: job
        for experiment in project.experiments(reading.posts, ["cpu"], must_be_installed=False)
        for key, job in variant_jobs(
            experiment, ExperimentState.load(experiment, project.store).runs
        ).items()
        if key in stored
    }


def _by_post(jobs: Mapping[Key, Job]) -> dict[str, list[Key]]:
    found: dict[str, list[Key]] = defaultdict(list)
    for key, job in jobs.items():
        found[job.post.file].append(key)
    return dict(found)
