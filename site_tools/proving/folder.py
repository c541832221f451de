"""What lies beside a program: the files that its runs find in their working folder.

Each run has its own copies of the small files, so that a program may overwrite what it wrote last
time. Large ones are links, which are only read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from site_tools.model.errors import BadProject
from site_tools.model.source import DataFile, Place

LARGEST_COPY = 4_000_000
"""Bytes of a file that is copied. Copying a few takes milliseconds, and there are some 25 runs."""

MOST_COPIED = 64_000_000
"""Bytes of all copies of a run; they are kept in memory until the last run has begun."""

MOST_FILES = 1_000
"""Files that are copied."""

LARGE_FOLDER = 100
"""Files from which on a folder without code is linked as a whole: a data set."""

_LEFT_OUT = {"__pycache__", "node_modules", "site-packages", "build", "dist", "htmlcov"}


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder that a program runs in."""

    root: Path
    """Absolute, without links."""
    left_out: Collection[Path] = ()
    """Files that the runs must not depend on, such as the report of the last test."""

    def files(self) -> tuple[DataFile, ...]:
        """Return what the runs find in it.

        Raises BadProject when there is too much.
        """
        files: list[DataFile] = []
        copied = 0
        for name, path in self._entries(self.root, ""):
            is_small = path.is_file() and path.stat().st_size <= LARGEST_COPY
            if is_small and copied + path.stat().st_size <= MOST_COPIED:
                files.append(_copy(name, path))
                copied += len(files[-1].content)
            else:
                files.append(_link(name, path))
            if len(files) > MOST_FILES:
                what = f"{self.root}: has more than {MOST_FILES:,} files that a run could read."
                raise BadProject(f"{what} Move the program and its data into a folder of its own.")
        return tuple(files)

    def _entries(self, folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
        """Yield the name and the path of each file, and of each folder to link as a whole."""
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            path = Path(entry.path)
            if entry.name.startswith(".") or entry.name in _LEFT_OUT or path in self.left_out:
                continue
            name = prefix + entry.name
            if entry.is_symlink():
                if path.exists():
                    yield name, path.resolve()
            elif entry.is_file():
                if not entry.name.endswith((".pyc", ".pyo")):
                    yield name, path
            elif entry.is_dir() and not _is_environment(path):
                if _is_data_set(path):
                    yield name, path
                else:
                    yield from self._entries(path, f"{name}/")


def _is_environment(folder: Path) -> bool:
    """Return whether a folder is a virtual environment, or what `pip` keeps for itself."""
    return (folder / "pyvenv.cfg").exists() or folder.name.endswith((".egg-info", ".dist-info"))


def _is_data_set(folder: Path) -> bool:
    """Return whether a folder has many files, and none of them is code."""
    number = 0
    for _, _, names in os.walk(folder):
        if any(name.endswith((".py", ".ipynb")) for name in names):
            return False
        number += len(names)
    return number > LARGE_FOLDER


def _copy(name: str, path: Path) -> DataFile:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadProject(f"{path}: cannot be read: {error.strerror}.") from None
    digest = hashlib.sha256(content).hexdigest()
    return DataFile(name, Place(name, 0), content, digest, writable=True)


def _link(name: str, path: Path) -> DataFile:
    """Return a link. Its digest has sizes and times: reading gigabytes would take too long."""
    digest = hashlib.sha256()
    for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if one.is_file():
            state = one.stat()
            known = (one.relative_to(path).as_posix(), state.st_size, state.st_mtime_ns)
            digest.update(repr(known).encode("utf-8"))
    return DataFile(name, Place(name, 0), digest=digest.hexdigest(), linked=str(path))
