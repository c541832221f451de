"""The GPUs that runs may use on this machine, found by asking torch in a short process.

The process that starts runs never starts CUDA itself: it forks, and CUDA does not survive a fork.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass

from site_tools.running import gpu_failures
from site_tools.running.environment import variables
from site_tools.sandbox import confinement

SECONDS = 120.0
"""How long the driver and torch may take to start."""

NONE = gpu_failures.GpuFailure(
    "this machine has none.",
    "Make them on a machine with a GPU: there `elevenlines run --device gpu` and `elevenlines "
    "store export runs.tar.gz`; then `elevenlines store import runs.tar.gz` here.",
)

UNWANTED = gpu_failures.GpuFailure(
    "`--device cpu` uses none.", "Leave it out, or import them: `elevenlines store import`."
)


@dataclass(frozen=True, slots=True)
class Gpus:
    """The GPUs of this machine."""

    names: tuple[str, ...]
    """As `CUDA_VISIBLE_DEVICES` takes them: numbers, or what that variable holds here."""
    missing: gpu_failures.GpuFailure | None = None
    """Why there are none."""


def find() -> Gpus:
    """Return the GPUs that torch can use here, or why there are none."""
    if not confinement.gpu_files():
        return Gpus((), NONE)
    command = [sys.executable, "-P", "-m", "site_tools.worker.gpu"]
    try:
        asked = subprocess.run(
            command, env=variables("gpu"), capture_output=True, check=True, timeout=SECONDS
        )
        answer = json.loads(asked.stdout)
    except subprocess.TimeoutExpired:
        return Gpus((), _unusable(f"CUDA did not start within {SECONDS:g} s"))
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip() or f"exit code {error.returncode}"
        return Gpus((), _unusable(f"CUDA did not start: {said.splitlines()[-1]}"))
    except (OSError, ValueError) as error:
        return Gpus((), _unusable(f"CUDA did not start: {error}"))
    if "count" not in answer:
        text = answer["text"]
        known = gpu_failures.explained(text)
        return Gpus((), known or _unusable(f"{answer['kinds'][0]}: {text}"))
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    names = visible.split(",") if visible is not None else [*map(str, range(answer["count"]))]
    return Gpus(tuple(name.strip() for name in names[: answer["count"]]))


def _unusable(why: str) -> gpu_failures.GpuFailure:
    what = f"torch cannot use the GPU of this machine: {why}."
    return gpu_failures.GpuFailure(what, "`nvidia-smi` shows the state of the GPU and its driver.")
