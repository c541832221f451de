"""What one run may use, and what this machine has for all of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from site_tools.model.post import Post

MEMORY_SHARE = 0.9
"""The part of the free memory that all running posts may use together."""

LEAST_MEMORY = 2**30
"""Bytes that every run may use, even on a small machine."""

DEFAULT_TIMEOUT = 300.0
"""Seconds that a run may take where neither its post nor the author says anything."""


def timeout_of(post: Post, wanted: float) -> float:
    """Return how many seconds a run of a post may take; `wanted` goes first, 0 says nothing."""
    return wanted or post.timeout or DEFAULT_TIMEOUT


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use."""

    timeout: float
    """Seconds."""
    memory: int
    """Bytes."""
    sandbox: Sequence[str]
    """The layers that confine it, of `confinement.LAYERS`; empty for resource limits only."""
    is_asked_for: bool = False
    """Whether `--timeout` sets its time."""
    gpu: str = ""
    """The GPU that it has for itself, as `CUDA_VISIBLE_DEVICES` names it; empty for none."""

    @property
    def gigabytes(self) -> str:
        """Return the memory as text, such as `4.0 GB`."""
        return f"{self.memory / 1e9:.1f} GB"


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_memory() -> int:
    """Return how many bytes all running posts may use together."""
    return int(psutil.virtual_memory().available * MEMORY_SHARE)
