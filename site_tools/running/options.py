"""How the author wants posts to be run, and what follows from it on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from site_tools.model.errors import BadProject
from site_tools.running.limits import cores
from site_tools.sandbox import confinement


@dataclass(frozen=True, slots=True)
class Options:
    """How to run."""

    jobs: int = 0
    """Runs at a time; 0 means one per core."""
    timeout: float = 0.0
    """Seconds that one run may take; 0 for what the post says."""
    retry: bool = False
    """Run stored failures again."""
    verbose: bool = False
    """Report what published runs print, and tracebacks."""
    engine: str = ""
    """One of `engines.ENGINES`; empty for the default."""
    scheduler: str = ""
    """The address of the cluster, for the engine `dask`."""
    sandbox: str = "auto"
    """`auto`, `require` or `off`."""
    store: str = ""
    """The address of a shared store; empty for the one in the settings."""
    evidence: bool = True
    """Execute the runs that judge the claims, not only the published ones."""
    variants: int = 0
    """Report the variants that are stored: up to so many runs for each run of the evidence."""
    device: Literal["auto", "cpu", "gpu"] = "auto"
    """cpu: take runs on a GPU from the store only. gpu: make and judge no others."""
    allow_missing: bool = False
    """Let a post be published without its runs if it needs a GPU and there is none."""


def workers(options: Options) -> int:
    """Return how many runs are executed at a time."""
    return options.jobs or cores()


def wanted_layers(options: Options) -> list[str]:
    """Return the layers that confine posts; raises BadProject when a required one is missing."""
    active = [] if options.sandbox == "off" else confinement.active()
    missing = [layer for layer in confinement.LAYERS if layer not in active]
    if missing and options.sandbox == "require":
        what = f"this machine cannot confine posts: {', '.join(missing)}."
        raise BadProject(f"{what} {confinement.REMEDY}")
    return active
