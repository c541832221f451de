"""What a process of a post finds around it, and which of its errors are not its own."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from site_tools.plan import Job
from site_tools.post import Run

_INHERITED = re.compile(r"(?!MPL|OMP_|MKL_|OPENBLAS_|PYTHON(?!PATH$)|IPYTHON|JUPYTER)")
"""Which variables of our own environment reach a post: none that could change its result."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def variables(folder: Path) -> dict[str, str]:
    """Return the environment of a process whose files lie in this folder: one thread, no seed."""
    return {
        **{name: value for name, value in os.environ.items() if _INHERITED.match(name)},
        **dict.fromkeys(_THREADS, "1"),
        "PYTHONHASHSEED": "0",
        "TMPDIR": str(folder),
        "MATPLOTLIBRC": str(resources.files("site_tools.templates") / "matplotlibrc"),
    }


def _names_below(kind: type[BaseException]) -> set[str]:
    """Return the names of an exception class and of all below it."""
    return {kind.__name__}.union(*map(_names_below, kind.__subclasses__()))


PASSING_ERRORS = {"MemoryError", "URLError", "HTTPError"}.union(
    *map(_names_below, [ImportError, OSError])
)
"""Exceptions that may go away when the machine is mended, so they are never stored."""


def raised(kind: str, text: str) -> tuple[str, str, bool]:
    """Return what to say of an exception, its remedy, and whether it will come again."""
    what, remedy = f"{kind}: {text}" if text else f"{kind}.", ""
    if kind in {"StdinNotImplementedError", "EOFError"}:
        what, remedy = "the post asks for input, and nobody is there.", "Write the answer into it."
    if kind == "FileNotFoundError":
        remedy = "A post runs in an empty folder of its own, so that its download runs anywhere."
    if kind == "SystemExit":
        what = f"the post ends itself (SystemExit {text}).".replace(" )", ")")
        remedy = "Take it out."
    return what, remedy, kind not in PASSING_ERRORS


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
