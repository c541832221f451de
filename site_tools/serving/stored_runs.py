"""Which runs are stored, and since when: what a build would find, whoever has made the runs."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import time_ns

from site_tools.experiment.cache_key import Key
from site_tools.serving.sources import NEW_NS

_SUFFIX = ".run"

Stamp = tuple[tuple[Key, int], ...]
"""Keys of stored runs, each with the time of its file in nanoseconds."""


@dataclass
class StoredRuns:
    """The files of a store, read again where one of its folders has changed."""

    folder: Path
    _folders: dict[str, tuple[int, dict[Key, int]]] = field(default_factory=dict)
    """For each folder its time, and the times of its files by their keys."""

    def look(self) -> bool:
        """Read the folders that have changed; return whether any has."""
        before, found, now = self._folders, {}, time_ns()
        with suppress(OSError):  # there is no store yet
            for folder in self.folder.iterdir():
                with suppress(OSError):
                    time = folder.stat().st_mtime_ns
                    known = before.get(folder.name)
                    is_old = abs(now - time) > NEW_NS
                    is_same = is_old and known is not None and known[0] == time
                    found[folder.name] = known if is_same and known else (time, _keys(folder))
        self._folders = found
        return found != before

    def stamp(self, keys: Iterable[Key]) -> Stamp:
        """Return which of some runs are stored, and since when."""
        times = ((key, self._folders.get(key[:2], (0, {}))[1].get(key, 0)) for key in sorted(keys))
        return tuple((key, time) for key, time in times if time)


def _keys(folder: Path) -> dict[Key, int]:
    return {folder.name + path.stem: path.stat().st_mtime_ns for path in folder.glob(f"*{_SUFFIX}")}
