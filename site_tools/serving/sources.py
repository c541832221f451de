"""The files that a site is made of, by digest: what changed since the last look.

A file is read again when its size, its inode or one of its times differs in any direction, and
as long as it is so new that another change might not show in them.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISLNK

from site_tools.model.errors import BadProject
from site_tools.posts.mkdocs_file import read_mkdocs_file
from site_tools.posts.project_files import is_source, names_in
from site_tools.publishing.build_fingerprint import custom_files

FOLDERS = ("docs", "posts", "snippets")
FILES = ("LICENSE", "constraints.txt", "mkdocs.yml")
THEME = Path(__file__).parents[1] / "publishing"
"""The generator's own theme and templates."""

NEW_NS = 2_000_000_000
"""Nanoseconds for which a file counts as new: some file systems keep times in steps of 2 s."""

Digests = dict[str, str]
"""Name → SHA-256 of the content; names of files in the project are relative to its folder."""


@dataclass
class Sources:
    """The files of one project."""

    root: Path
    _known: dict[str, tuple[tuple[int, ...], str]] = field(default_factory=dict)
    _custom: list[Path] = field(default_factory=list)
    """Theme and hooks that the settings name, as they were when they could be read last."""

    def scan(self) -> Digests:
        """Return the digests of all files; one that vanishes meanwhile is not there."""
        found: Digests = {}
        now, own = time.time_ns(), f"{self.root}/"
        for path in self._paths():
            name = path.removeprefix(own)
            with suppress(OSError):
                found[name] = self._digest(path, name, now)
        self._known = {name: self._known[name] for name in found if name in self._known}
        return found

    def folders(self) -> list[Path]:
        """Return the folders to watch; files of the project's own folder are in it."""
        custom = [path if path.is_dir() else path.parent for path in self._custom]
        return [path for path in [*(self.root / name for name in FOLDERS), THEME, *custom]
                if path.is_dir()]  # fmt: skip

    def _digest(self, file: str, name: str, now: int) -> str:
        state = os.lstat(file)
        if S_ISLNK(state.st_mode):
            if not is_source(Path(file), self.root):
                return f"link to {Path(file).readlink()}"
            state = Path(file).stat()
        stamp = (state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino, state.st_dev)
        known = self._known.get(name)
        if known and known[0] == stamp:
            return known[1]
        digest = digest_of(Path(file))
        if abs(now - state.st_mtime_ns) > NEW_NS and abs(now - state.st_ctime_ns) > NEW_NS:
            self._known[name] = (stamp, digest)
        return digest

    def _paths(self) -> Iterator[str]:
        with suppress(OSError, BadProject):
            values = read_mkdocs_file(self.root / "mkdocs.yml").values
            self._custom = [self.root / name for name in custom_files(values)]
        yield from (str(self.root / name) for name in FILES)
        for path in self._custom:
            yield from names_in(path) if path.is_dir() else [str(path)]
        for folder in (
            *(self.root / name for name in FOLDERS),
            THEME / "theme",
            THEME / "templates",
        ):
            yield from names_in(folder)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file; raises OSError."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
