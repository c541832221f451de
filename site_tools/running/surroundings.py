"""What a process of a post finds around it, how far it may go, and which errors are not its own."""

from __future__ import annotations

import errno
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from site_tools.experiment.plan import Job
from site_tools.model.errors import BadProject
from site_tools.model.post import Post
from site_tools.model.run import Failure, Run
from site_tools.sandbox.confinement import LARGEST_FILE
from site_tools.worker.output_limits import Shown, unfit


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one run may go."""

    timeout: float
    """Seconds."""
    memory: int
    """Bytes."""
    sandbox: Sequence[str]
    """The layers that confine it, of `sandbox.LAYERS`; none for limits only."""

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
        "MATPLOTLIBRC": str(resources.files("site_tools.running") / "matplotlibrc"),
        "MPLCONFIGDIR": str(_fonts()),
        "MPLBACKEND": "agg",
    }


def _fonts() -> Path:
    """Return the folder with matplotlib's list of fonts, which takes a second to make.

    A machine may have no home for us, or one that we cannot write to.
    """
    with suppress(OSError, RuntimeError):
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        folder = Path(home, "elevenlines", "matplotlib")
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    folder = Path(tempfile.gettempdir(), f"fonts-of-elevenlines-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise BadProject(f"{folder}: this folder is not ours. Let HOME name one that is.")
    return folder


def readable() -> list[Path]:
    """Return what a confined post may read beside the interpreter and the system."""
    return [_fonts()]


def find_fonts(modules: Iterable[str]) -> None:
    """Have the fonts listed before the first post draws, or its page would tell of it."""
    if "matplotlib" in modules and not any(_fonts().glob("fontlist*.json")):
        command = [sys.executable, "-c", "import matplotlib.font_manager"]
        subprocess.run(command, env=variables(), check=False, capture_output=True)


def _names_below(kind: type[BaseException]) -> set[str]:
    """Return the names of an exception class and of all below it."""
    return {kind.__name__}.union(*map(_names_below, kind.__subclasses__()))


PASSING_ERRORS = {"MemoryError", "URLError", "HTTPError"}.union(
    *map(_names_below, [ImportError, OSError])
)
"""Exceptions that may go away when the machine is mended, so they are never stored."""


_OWN_FOLDER = "A post may write in the folder that it runs in, and read nothing of yours."

_NO_NETWORK = "A post runs without a network: make the data in it, or take them from a package."

_SYSTEM_ERRORS = {
    errno.EACCES: _OWN_FOLDER,
    errno.EROFS: _OWN_FOLDER,
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
    if "asyncio.run() cannot be called" in text:
        remedy = "A notebook has a loop that runs: write `await` instead."
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


Place = tuple[int, int]
"""A cell and a line of a post; see Failure."""


def out_of_time(place: Place, limits: Limits, detail: str) -> Failure:
    """Return the failure of a run that the clock ended."""
    what = f"still running after {limits.timeout:g} s."
    remedy = "Make it faster, or allow more with `--timeout SECONDS`."
    return Failure(*place, what, remedy, detail, repeatable=False)


def ended_early(post: Post, place: Place, code: int | None, detail: str = "") -> Failure:
    """Return the failure of a process that ended without an answer, with this exit code."""
    thing = "this cell" if place[0] else "the metric" if post.claims else "it"
    how, remedy = _ended(code)
    return Failure(*place, f"{thing} {how}.", remedy, detail, repeatable=False)


def not_begun(place: Place, code: int) -> Failure:
    """Return the failure of a process that ended before the first line of the post."""
    how, _ = _ended(code)
    what = f"no fault of the post: its process {how} before the first line."
    return Failure(*place, what, "Perhaps the machine had no memory left.", repeatable=False)


def _ended(code: int | None) -> tuple[str, str]:
    """Return how a process ended, and what a post can do about it."""
    if code is None:
        return "ended the process", _NO_EXIT
    if code >= 0:
        return f"ended the process with exit code {code}", _NO_EXIT
    names = {known.value: known.name for known in signal.Signals}
    remedy = "That is a crash in compiled code: look at what this line gives it."
    if -code == signal.SIGKILL:
        remedy = "If the post does not do so itself, the machine had no memory left."
    return f"was killed by {names.get(-code, f'signal {-code}')}", remedy


_NO_EXIT = "A post runs to its end: take the exit out."


def deaf(place: Place) -> Failure:
    """Return the failure of a run that cannot be told, since the post closed what tells it."""
    what = "this post closed files that it did not open, so nothing is known of its run."
    return Failure(*place, what, "Close only what it opened.", repeatable=False)


def unable(place: Place, kinds: Sequence[str], text: str, limits: Limits) -> Failure:
    """Return the failure of a run that something kept from ending which is not in the post."""
    if "MemoryError" in kinds:
        what, remedy, _ = raised(kinds, text, limits)
    elif "OSError" in kinds:
        what = f"no fault of the post, but it could not be run here: {text}."
        remedy = "Mend that, and run it again."
        if f"[Errno {errno.ENOSPC}]" in text:
            remedy = "Free some space, or let TMPDIR name a folder that has it."
    else:
        what = f"no fault of the post, but a bug in Eleven Lines: {kinds[0]}: {text}."
        remedy = "Please report it."
    return Failure(*place, what, remedy, repeatable=False)


def misshown(cells: Sequence[Shown]) -> Failure | None:
    """Return the failure of a post that shows what a page cannot carry, or None."""
    return next((Failure(cell, 0, what, remedy) for cell, what, remedy in unfit(cells)), None)


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
