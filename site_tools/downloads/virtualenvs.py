"""Requirements → a fresh virtual environment that has them and nothing else, made once."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
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
                _make(place, wanted, where="constraints.txt: ", with_pip=bool(wanted))
        return _python(place)


def packages(python: Path) -> Path:
    """Return the folder with the installed packages of an environment."""
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())


def newest(place: Path, python: str, requirements: Sequence[str]) -> Path:
    """Return the interpreter of a new environment with the newest versions that fit.

    `python` is the interpreter that it is made from. What was in the folder is removed: the index
    may offer newer versions than when it was made. Raises BadProject with pip's own words.
    """
    _make(place, sorted(requirements), python=python)
    return _python(place)


def installed(python: Path) -> dict[str, str]:
    """Return the version of each distribution in an environment, by name, without pip's own."""
    ask = [str(python), "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"]
    said = subprocess.run(ask, check=True, capture_output=True, text=True).stdout
    return {one["name"]: one["version"] for one in json.loads(said) if one["name"] != "pip"}


def _python(place: Path) -> Path:
    return place / "bin" / "python"


def _make(
    place: Path,
    requirements: list[str],
    *,
    python: str = sys.executable,
    where: str = "",
    with_pip: bool = True,
) -> None:
    shutil.rmtree(place, ignore_errors=True)  # one that was not finished
    bare = [] if with_pip else ["--without-pip"]  # installing pip takes four seconds
    _run([python, "-m", "venv", *bare, str(place)], requirements, where)
    if requirements:
        options = ["--quiet", "--disable-pip-version-check", "--no-input"]
        install = [str(_python(place)), "-m", "pip", "install", *options, *requirements]
        _run(install, requirements, where)
    (place / _WHOLE).touch()


def _run(command: list[str], requirements: list[str], where: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines()]
        reasons = (
            [line for line in said if line.startswith("ERROR:")] or said or ["no reason given"]
        )
        packages = ", ".join(requirements) or "no packages"
        what = f"an environment with {packages} cannot be made: {reasons[-1]}"
        raise BadProject(f"{where}{what}")
