"""Whether packages were installed meanwhile."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

Packages = tuple[int, ...]
"""When each folder with installed packages was changed last."""


def installation_times() -> Packages:
    """Return what changes whenever a package is installed or removed."""
    folders = map(Path, filter(_has_packages, sys.path))
    return tuple(folder.stat().st_mtime_ns for folder in folders if folder.is_dir())


@cache
def _has_packages(folder: str) -> bool:
    """Return whether packages are installed in a folder of modules, unlike in that of a project."""
    return any(Path(folder).glob("*.dist-info"))
