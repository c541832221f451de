"""Whether packages were installed meanwhile."""

from __future__ import annotations

import sys
from pathlib import Path

Packages = tuple[int, ...]
"""When each folder with installed packages was changed last."""


def installation_times() -> Packages:
    """Return what changes whenever a package is installed or removed."""
    folders = [Path(entry) for entry in sys.path if Path(entry).is_dir()]
    return tuple(folder.stat().st_mtime_ns for folder in folders)
