"""Requirements → a fresh virtual environment that has them and nothing else, made once."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from site_tools.model.errors import BadProject

_WHOLE = ".whole"
"""The file in an environment that is there once everything is installed."""


@dataclass(frozen=True, slots=True)
class Environments:
    """A folder of virtual environments."""

    folder: Path

    def python(self, requirements: Iterable[str]) -> Path:
        """Return the interpreter of the environment with these requirements: `numpy==2.4.6`.

        What they need in turn is what the package index offers today, as it is for a reader.
        Raises BadProject with pip's own words when they cannot be installed.
        """
        wanted = sorted(requirements)
        parts = repr((sys.version, sys.base_prefix, wanted))
        place = self.folder / hashlib.sha256(parts.encode("utf-8")).hexdigest()[:16]
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{place}.lock"):
            if not (place / _WHOLE).exists():
                _make(place, wanted)
        return _python(place)

    def packages(self, python: Path) -> Path:
        """Return the folder with the installed packages of an environment."""
        ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        return Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())


def _python(place: Path) -> Path:
    return place / "bin" / "python"


def _make(place: Path, requirements: list[str]) -> None:
    shutil.rmtree(place, ignore_errors=True)  # one that was not finished
    _run([sys.executable, "-m", "venv", str(place)], requirements)
    if requirements:
        options = ["--quiet", "--disable-pip-version-check", "--no-input"]
        _run([str(_python(place)), "-m", "pip", "install", *options, *requirements], requirements)
    (place / _WHOLE).touch()


def _run(command: list[str], requirements: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines()]
        reasons = (
            [line for line in said if line.startswith("ERROR:")] or said or ["no reason given"]
        )
        what = f"a clean environment with {', '.join(requirements)} cannot be made: {reasons[-1]}"
        raise BadProject(f"constraints.txt: {what}")
