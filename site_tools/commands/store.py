"""`elevenlines store`: list, check, export and import stored runs."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from site_tools.experiment.cache_key import Key
from site_tools.experiment.experiment_state import ExperimentState
from site_tools.experiment.plan import Job
from site_tools.experiment.run_archive import Imported, export, import_runs, pins_of
from site_tools.experiment.run_cache import is_whole, run_in
from site_tools.experiment.signatures import VARIABLE as SIGNING_KEY
from site_tools.experiment.signatures import signing_key
from site_tools.experiment.variant_plan import variant_jobs
from site_tools.model.errors import LONGEST, BadProject
from site_tools.model.run import Run
from site_tools.model.text import abridged, count
from site_tools.project import Project, read_posts, select
from site_tools.running.scheduler import History

MOST_NAMED = 10
"""Damaged runs of an archive that are named one by one."""

PYTHON = "{}.{}".format(*sys.version_info[:2])
"""The version of Python as a cache key has it."""


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


def export_runs(project: Project, target: str, names: Sequence[str]) -> int:
    """Write the stored runs of the named posts, or of all, to an archive, a folder or a store.

    Return 1 when a shared store did not take all of them.
    """
    jobs = _jobs(project, names)
    stored = set(project.store.stored())
    variants = _variants(project, names, stored)
    about = {key: _about(job) for key, job in (jobs | variants).items() if key in stored}
    of = f"of {count(len(_by_post(jobs)), 'post')}"
    if "://" in target:
        return _send(project, target, about, of)
    pins = _pins_of((jobs | variants)[key] for key in about)
    number = export(project.store, about, Path(target), pins, signing_key())
    print(f"{target}: {count(number, 'run')} {of}.")
    return 0


def _send(project: Project, url: str, keys: Collection[Key], of: str) -> int:
    """Write runs to a shared store; return 1 when it did not take all of them."""
    shared = project.shared_store(url)
    assert shared  # noqa: S101  there is an address
    if not shared.accepts:
        what = f"{shared.address.shown}: runs without a signature count as absent (`signers`)."
        raise BadProject(f"{what} Set {SIGNING_KEY} to your private key.")
    for key in keys:
        shared.send(key, project.store)
    failed = list(shared.flush())
    for line in failed:
        print(line, file=sys.stderr)
    if not failed:
        print(f"{shared.address.shown}: {count(len(keys), 'run')} {of}.")
    return 1 if failed else 0


def _about(job: Job) -> Mapping[str, Any]:
    """Return what a run is of, for the manifest of an archive."""
    return {
        "post": job.post.file,
        "condition": job.condition.kind,
        "trial": job.condition.trial,
        "device": job.device,
    }


def _pins_of(jobs: Iterable[Job]) -> dict[str, dict[str, str]]:
    """Return the versions that the keys of these jobs contain, Python's too, for each device.

    The key of a run on a GPU has no version of Python: that comes with its machine.
    """
    pins: dict[str, dict[str, str]] = {}
    for job in jobs:
        python = {"Python": PYTHON} if job.device == "cpu" else {}
        pins.setdefault(job.device, python).update(job.depends["versions"])
    return pins


def import_from(project: Project, sources: Sequence[Path]) -> int:
    """Add the runs of archives or folders to the store; return 1 when some are refused.

    A machine with a GPU often has other versions for the CPU: such runs are left out. Raises
    BadProject, and imports nothing, when all runs of an archive were made with other pins than this
    project has.
    """
    useless = {source: _useless(project, source) for source in sources}
    found = [_import(project, source, useless[source]) for source in sources]
    new, known = sum(one.new for one in found), sum(one.known for one in found)
    print(f"{count(new, 'run')} imported, {known:,} stored already.")
    return 1 if any(one.refused or one.unsigned or one.cut_off for one in found) else 0


def _useless(project: Project, source: Path) -> dict[str, str]:
    """Return the devices whose runs in an archive have other keys than here, and the versions.

    Raises BadProject when that is true of all of its runs.
    """
    found = {}
    devices = pins_of(source)
    for device, made in devices.items():
        here = {**project.gpu_pins} if device == "gpu" else {"Python": PYTHON, **project.pins}
        other = [
            f"{name} {version} (here {here.get(name, 'none')})"
            for name, version in made.items()
            if here.get(name, "none") != version
        ]
        if other:
            found[device] = abridged(", ".join(other), LONGEST)
    if found and len(found) == len(devices):
        device, other_versions = next(iter(found.items()))
        what = f"{source}: was made with other versions: {other_versions}."
        if device == "gpu":
            raise BadProject(f"{what} Make it again with the versions of constraints-gpu.txt.")
        raise BadProject(f"{what} Make it again with this constraints.txt and Python {PYTHON}.")
    return found


def _import(project: Project, source: Path, useless: Mapping[str, str]) -> Imported:
    for device, versions in useless.items():
        where = "the CPU" if device == "cpu" else "a GPU"
        what = f"runs on {where} were made with other versions, and left out: {versions}."
        print(f"{source}: {what}", file=sys.stderr)
    found = import_runs(project.store, source, project.signers, useless)
    if found.unsigned:
        what = "not signed by one of `signers` in mkdocs.yml; left out."
        print(f"{source}: {count(found.unsigned, 'run')} {what}", file=sys.stderr)
    for key in found.refused[:MOST_NAMED]:
        what = "is damaged, or of another version of elevenlines; it was left out."
        print(f"{source}: run {key[:12]} {what}", file=sys.stderr)
    if (more := len(found.refused) - MOST_NAMED) > 0:
        print(f"{source}: so are {count(more, 'more run')}.", file=sys.stderr)
    if found.cut_off:
        what = "ends too early: copy it again. What comes before was imported."
        print(f"{source}: {what}", file=sys.stderr)
    history = History.read(project.history)
    for (post, condition, _), run in found.examples.items():
        history.note_cost(post, condition, run)
    history.write()
    return found


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
        for job in experiment.all_jobs
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
