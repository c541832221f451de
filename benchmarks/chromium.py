"""Which Chromium of this machine tests and benchmarks use."""

from __future__ import annotations

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The headless shell first: the same engine without windows, menus and their processes.

A page costs it two thirds of the processor time of the whole browser.
"""


def executable(names: tuple[str, ...] = NAMES) -> str | None:
    """Return the path of the first of these programs that is installed."""
    return next(filter(None, map(shutil.which, names)), None)
