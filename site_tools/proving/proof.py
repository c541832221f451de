"""A program and a claim → its experiment, run outside of any site.

Runs are kept in the user's cache, under a hash of all that they depend on: a program's own folder
may be read-only, or a repository.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from site_tools.analysis.syntax import parse
from site_tools.checks.claim_rules import claim_problems
from site_tools.evidence.verdict import Evidence, Verdict
from site_tools.experiment.last_runs import LastRuns
from site_tools.experiment.plan import experiments_for
from site_tools.experiment.run_cache import Store
from site_tools.model.claim import Claim
from site_tools.model.errors import Problem
from site_tools.model.launch import LocalModule
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import Cell, Place
from site_tools.posts.dependencies import Pins, imported_modules
from site_tools.proving.folder import Folder
from site_tools.proving.local_modules import local_modules
from site_tools.proving.source_text import lines_of
from site_tools.proving.target import Target, shown
from site_tools.proving.wording import reworded
from site_tools.running.options import Options
from site_tools.running.session import Reporter, Session

_NAMED = ("freeze", "tally", "set", "shuffle")
"""The options whose names a program must have."""

KEPT_DAYS = 60
"""Runs that were made longer ago are deleted: they are made again when they are needed."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of putting a program to the test."""

    program: Post
    run: Run | None
    """The run of the unchanged program; None when it was not run."""
    evidence: Evidence | None
    """None when that run failed."""
    problems: tuple[Problem, ...]
    """Why the claim is not accepted."""
    executed: int
    """How many runs were made; the others are stored."""

    @property
    def learns(self) -> bool:
        """Return whether the claim is accepted."""
        return not self.problems

    @property
    def verdict(self) -> Verdict | None:
        """Return the verdict on the claim."""
        return self.evidence.verdicts[0] if self.evidence else None


def program_of(
    target: Target, claim: Claim, *, timeout: float = 0.0, left_out: Collection[Path] = ()
) -> Post:
    """Return a program with a claim as the experiment takes it.

    `left_out` are files in its folder that the runs must not depend on. Raises BadProject when
    there are too many others.
    """
    launch, root = target.launch, target.root
    folders = [(root / folder).resolve() for folder in launch.search]
    sources = [cell.source for cell in target.cells]
    own = target.file if not target.function else root
    modules, cells = [], []
    for module in local_modules(sources, launch.package, folders, own):
        lines = lines_of(module.source, shown(module.path))
        if lines and module.path.is_relative_to(root):
            cells.append(Cell("code", lines[0].place, lines))
            file = module.path.relative_to(root).as_posix()
            modules.append(LocalModule(len(cells), module.name, file))
    if target.file.suffix == ".ipynb":
        left_out = [*left_out, target.file]  # it holds outputs too
    return Post(
        slug=target.file.stem,
        file=target.shown,
        title=target.name,
        description="",
        date=date.min,  # a baseline may be named, and need not
        authors=(),
        categories=(),
        tags=(),
        requires=(),
        read_minutes=0,
        do_minutes=0,
        device="cpu",
        claims=(claim,),
        no_learning="",
        packages=_unseen_packages(sources),
        draft=False,
        cells=(*cells, *target.cells),
        timeout=timeout,
        data=Folder(root, left_out).files(),
        launch=replace(launch, modules=tuple(modules)),
        key_places={f"learns.0.{key}": Place(target.shown, 0) for key in _NAMED},
    )


def _unseen_packages(sources: Iterable[str]) -> tuple[str, ...]:
    """Return what trains a program that does not import it: Keras chooses a library by itself."""
    modules = {module for source in sources for module in imported_modules(parse(source))}
    return tuple({"torch", "jax"} & installed().keys()) if "keras" in modules else ()


def prove(program: Post, options: Options, reporter: Reporter) -> Proof:
    """Put a program to the test; it is not run if its text shows that the options say nothing."""
    if found := tuple(reworded(problem) for problem in claim_problems(program)):
        return Proof(program, None, None, found, 0)
    kept = cache_folder()
    store = Store(kept / "store")
    _remove_old(store.folder)
    session = Session(store, kept / "history.json", LastRuns(kept / "last"), options, reporter)
    outcome = session.run(experiments_for([program], installed())).posts[0]
    problems = tuple(reworded(problem) for problem in outcome.problems)
    return Proof(program, outcome.published, outcome.evidence, problems, len(outcome.executed))


def cache_folder() -> Path:
    """Return the folder in which runs are kept."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, "elevenlines", "proofs")


@cache
def installed() -> Pins:
    """Return the version of everything that is installed."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        with suppress(InvalidVersion, KeyError, TypeError):
            version = Version(distribution.version).public
            found.setdefault(canonicalize_name(distribution.metadata["Name"]), version)
    return found


def _remove_old(store: Path) -> None:
    oldest = time.time() - KEPT_DAYS * 24 * 3600
    for path in store.glob("??/*.run"):
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()
