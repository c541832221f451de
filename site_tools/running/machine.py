"""The machine that this program runs on, as the host of an engine: its cores, memory and GPUs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from site_tools.experiment.plan import Job
from site_tools.model.errors import Problem
from site_tools.posts.dependencies import installed
from site_tools.running import gpus
from site_tools.running.engine import Capacity
from site_tools.running.limits import free_memory
from site_tools.running.options import Options, wanted_layers, workers


@dataclass(frozen=True)
class Machine:
    """What this machine has, and may use of it with these options."""

    options: Options

    @cached_property
    def layers(self) -> Sequence[str]:
        """Return the layers that confine posts; raises BadProject if a required one is missing."""
        return wanted_layers(self.options)

    @cached_property
    def gpus(self) -> gpus.Gpus:
        """Return the GPUs to use: none where only the CPU is asked for."""
        return gpus.Gpus((), gpus.UNWANTED) if self.options.device == "cpu" else gpus.find()

    def lacks(self, job: Job) -> Problem | None:
        """Return why a job cannot be run here on its device."""
        if job.device == "cpu":
            return None
        missing = self.gpus.missing
        if missing is None:
            return _wrong_version(job)
        place = job.post.place_of("device")
        return Problem(place, missing.what, missing.remedy, post=job.post.file)

    def capacity(self, jobs: Sequence[Job]) -> Capacity:
        """Return what can run at once of these jobs."""
        names = self.gpus.names if any(job.device == "gpu" for job in jobs) else ()
        return Capacity(workers(self.options), free_memory(), self.layers, names)


def _wrong_version(job: Job) -> Problem | None:
    """Return what is wrong with the installed packages that a run on a GPU needs."""
    for name, pinned in job.packages.items():
        found = installed(name)
        if found != pinned:
            has = f"{found} is installed" if found else "it is not installed"
            what = f"{name}=={pinned} is pinned for them, and {has}."
            other = f", or pin what this machine has: `{name}=={found}` in constraints-gpu.txt"
            remedy = f"Install it{other if found else ''}."
            return Problem(job.post.place_of("device"), what, remedy, post=job.post.file)
    return None
