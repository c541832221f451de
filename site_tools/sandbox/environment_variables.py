"""The environment variables that a confined process may inherit."""

from __future__ import annotations

import os
import re

_HARMLESS = "PATH|LANG|LANGUAGE|LC_.*|TZ|CUDA_VISIBLE_DEVICES"
"""Variables that hold no secret and change no result. An allow-list: tokens have any name."""

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables that limit the threads of numpy and torch: more would add in another order."""


def inherited(*more: str) -> dict[str, str]:
    """Return our own harmless variables, and those of these names."""
    allowed = re.compile("|".join([_HARMLESS, *map(re.escape, more)]))
    return {name: value for name, value in os.environ.items() if allowed.fullmatch(name)}
