"""The environment of a post's process: its variables, its fonts, and what a run records of it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from site_tools.experiment.plan import Job
from site_tools.model.claim import Condition
from site_tools.model.errors import BadProject
from site_tools.model.run import Run
from site_tools.sandbox.environment_variables import THREADS, inherited

_DEVICES = {
    "cpu": {"CUDA_VISIBLE_DEVICES": "", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"},
    "gpu": {"CUBLAS_WORKSPACE_CONFIG": ":4096:8", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"},
}
"""A post for the CPU sees no GPU, so that its numbers are the same everywhere; torch does not start
CUDA to find out, which would warn of what a sandbox refuses. For the GPU, cuBLAS
needs a workspace to add in the same order each time (its manual, section 2.1.4), and GPUs have the
numbers that `nvidia-smi` gives them."""


HASH_SEED, OTHER_HASH_SEED = 0, 1
"""Of all runs, and of shams: strings have other hashes there, so that a set of them has another
order. A program whose number depends on that order does not repeat it. For a set of two strings
both orders are equal on half of all occasions."""


def hash_seed(condition: Condition) -> int:
    """Return the hash seed of the interpreter in which a run is made."""
    return OTHER_HASH_SEED if condition.kind == "sham" else HASH_SEED


def variables(device: str = "cpu", hash_seed: int = HASH_SEED) -> dict[str, str]:
    """Return the environment variables of a post's process: one thread, fixed hash seed."""
    return {
        **inherited("PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV"),  # to find the interpreter
        **dict.fromkeys(THREADS, "1"),
        "PYTHONHASHSEED": str(hash_seed),
        **_DEVICES[device],
        "MATPLOTLIBRC": str(resources.files("site_tools.running") / "matplotlibrc"),
        "MPLCONFIGDIR": str(_font_cache()),
        "MPLBACKEND": "agg",
    }


def _font_cache() -> Path:
    """Return the folder of matplotlib's font list, which takes a second to build.

    Without a writable home, it is in the folder for temporary files. Raises BadProject when that
    folder belongs to another user.
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
        what = f"{folder}: this folder belongs to another user."
        raise BadProject(f"{what} Set HOME to a folder that you can write to.")
    return folder


def readable() -> list[Path]:
    """Return the folders that a confined post may read besides Python and the system."""
    return [_font_cache()]


def find_fonts(modules: Iterable[str]) -> None:
    """Build matplotlib's font list before a post draws; else its page would show the message."""
    if "matplotlib" in modules and not any(_font_cache().glob("fontlist*.json")):
        command = [sys.executable, "-c", "import matplotlib.font_manager"]
        subprocess.run(command, env=variables(), check=False, capture_output=True)


def new_run(job: Job) -> Run:
    """Return a run with all that is known before its first line: no outputs, no values."""
    return Run(
        outputs=(),
        values={},
        seconds=(),
        python=platform.python_version(),
        versions=dict(job.packages),
        device=job.device,
        on=datetime.now(UTC).date(),
    )
