"""What a process of a post finds around it, how far it may go, and which errors are not its own."""

from __future__ import annotations

import errno
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from site_tools.outputs import Shown, unfit
from site_tools.plan import Job
from site_tools.post import Failure, Post, Run
from site_tools.sandbox import LARGEST_FILE


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one run may go."""

    timeout: float
    """Seconds."""
    memory: int
    """Bytes."""
    sandbox: bool
    """Whether it is confined, as far as the system can."""

    @property
    def gigabytes(self) -> str:
        """Return the memory as people write it."""
        return f"{self.memory / 1e9:.1f} GB"


_INHERITED = re.compile(
    "PATH|PYTHONPATH|LD_LIBRARY_PATH|CUDA_VISIBLE_DEVICES|LANG|LANGUAGE|LC_.*|TZ|VIRTUAL_ENV"
)
"""Which variables of our own environment reach a post: no secret, and none that could change its
result."""

_DEVICES = {
    "cpu": {"CUDA_VISIBLE_DEVICES": ""},
    "gpu": {"CUBLAS_WORKSPACE_CONFIG": ":4096:8"},
}
"""A post for the CPU sees no GPU, so that its numbers are the same everywhere. For the GPU, cuBLAS
needs a workspace to add in the same order each time (its manual, section 2.1.4)."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def variables(device: str = "cpu") -> dict[str, str]:
    """Return the environment of a process of a post: one thread, no seed, no secret."""
    return {
        **{name: value for name, value in os.environ.items() if _INHERITED.fullmatch(name)},
        **dict.fromkeys(_THREADS, "1"),
        "PYTHONHASHSEED": "0",
        **_DEVICES[device],
        "MATPLOTLIBRC": str(resources.files("site_tools.templates") / "matplotlibrc"),
        "MPLCONFIGDIR": str(_fonts()),
        "MPLBACKEND": "agg",
    }


def _fonts() -> Path:
    """Return the folder with matplotlib's list of fonts, which takes a second to make."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, "elevenlines", "matplotlib")


def readable() -> list[Path]:
    """Return what a confined post may read beside the interpreter and the system."""
    return [_fonts()]


def find_fonts(modules: Iterable[str]) -> None:
    """Have the fonts listed before the first post draws, or its page would tell of it."""
    if "matplotlib" in modules and not any(_fonts().glob("fontlist*.json")):
        _fonts().mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-c", "import matplotlib.font_manager"]
        subprocess.run(command, env=variables(), check=False, capture_output=True)


def _names_below(kind: type[BaseException]) -> set[str]:
    """Return the names of an exception class and of all below it."""
    return {kind.__name__}.union(*map(_names_below, kind.__subclasses__()))


PASSING_ERRORS = {"MemoryError", "URLError", "HTTPError"}.union(
    *map(_names_below, [ImportError, OSError])
)
"""Exceptions that may go away when the machine is mended, so they are never stored."""


_NO_NETWORK = "A post runs without a network: make the data in it, or take them from a package."

_SYSTEM_ERRORS = {
    errno.EACCES: "A post may write in the folder that it runs in, and read nothing of yours.",
    errno.EPERM: "A post may not reach what runs or lies outside of its folder.",
    errno.EFBIG: f"A post may write files of {LARGEST_FILE // 10**9} GB.",
    errno.ENOSPC: "Write less, or free some space.",
    errno.ENETUNREACH: _NO_NETWORK,
    errno.EAGAIN: "Start fewer processes and threads at a time.",
}


def raised(kinds: Sequence[str], text: str, limits: Limits) -> tuple[str, str, bool]:
    """Return what to say of an exception, its remedy, and whether it will come again.

    `kinds` are the names of its class and of those above it.
    """
    kind = kinds[0]
    what, remedy = f"{kind}: {text}" if text else f"{kind}.", ""
    if kind in {"StdinNotImplementedError", "EOFError"}:
        what, remedy = "the post asks for input, and nobody is there.", "Write the answer into it."
    if "FileNotFoundError" in kinds:
        remedy = "A post runs in an empty folder of its own, so that its download runs anywhere."
    for number, advice in _SYSTEM_ERRORS.items():
        if "OSError" in kinds and f"[Errno {number}]" in text:
            remedy = advice
    if {"URLError", "gaierror"} & set(kinds):
        remedy = _NO_NETWORK
    if kind == "SystemExit":
        what = f"the post ends itself (SystemExit {text}).".replace(" )", ")")
        remedy = "Take it out."
    if "MemoryError" in kinds or "can't allocate memory" in text:
        what = f"the post needs more memory than the {limits.gigabytes} that a run may use here."
        remedy = "Make it smaller, or write `memory: 8 GB` into the front matter for more."
        return what, remedy, False
    return what, remedy, PASSING_ERRORS.isdisjoint(kinds)


def out_of_time(cell: int, line: int, limits: Limits, detail: str) -> Failure:
    """Return the failure of a run that the clock ended."""
    what = f"still running after {limits.timeout:g} s."
    remedy = "Make it faster, or allow more with `--timeout SECONDS`."
    return Failure(cell, line, what, remedy, detail, repeatable=False)


def ended_early(post: Post, cell: int, line: int, how: str, detail: str) -> Failure:
    """Return the failure of a process that ended without an answer."""
    thing = "this cell" if cell else "the metric" if post.claims else "it"
    remedy = "A post runs to its end: take the exit out."
    if "SIGKILL" in how:
        remedy = "If the post does not do so itself, the machine had no memory left."
    elif "SIG" in how:
        remedy = "That is a crash in compiled code: look at what this line gives it."
    return Failure(cell, line, f"{thing} {how}.", remedy, detail, repeatable=False)


def misshown(cells: Sequence[Shown]) -> Failure | None:
    """Return the failure of a post that shows what a page cannot carry, or None."""
    for number, cell in enumerate(cells, start=1):
        what, remedy = unfit(cell)
        if what:
            return Failure(number, 0, what, remedy)
    return None


def begun(job: Job) -> Run:
    """Return a run with all that is known before its first line."""
    return Run(
        outputs=(),
        values={},
        seconds=(),
        python=platform.python_version(),
        versions=dict(job.packages),
        device=job.device,
        on=datetime.now(UTC).date(),
    )
