"""Posts as they were read before, and that no problem was found in them.

A post is a function of its file, the snippets, the bibliographies, the settings, the generator's
code and what is installed. Whether it has problems depends on more: on the pins, the drafts, the
files that links may lead to, and the day. A post with a problem is checked each time, because what
it depends on may lie elsewhere. A post with data files or attached pictures is read each time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.posts.mkdocs_file import read_mkdocs_file
from site_tools.posts.project_files import files_in
from site_tools.publishing.build_fingerprint import generator
from site_tools.publishing.kept_results import KeptResults

_TEXTS = {".md", ".py", ".ipynb"}
"""Files of which a link needs to know only that they exist."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a post."""

    post: Post
    sound: str
    """The digest of all that it depends on that the post has no problem."""


@dataclass
class KeptReadings:
    """The readings of the posts in a project's folder."""

    root: Path
    _shared: _Shared | None = None
    """None if nothing can be kept."""
    _keys: dict[str, str] = field(default_factory=dict)
    """For each file that may be kept, the digest of all that its post depends on."""
    _known: dict[str, _Kept] = field(default_factory=dict)
    _new: dict[str, _Kept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._results = KeptResults(self.root / ".elevenlines" / "read")
        self._shared = _shared(self.root)

    def post(self, path: Path, read: Callable[[], Post]) -> Post:
        """Return the post of a file; `read` reads it, and what it raises is passed on."""
        file = path.relative_to(self.root).as_posix()
        if key := self._key(file):
            self._keys[file] = key
            with suppress(ValidationError):
                data = self._results.load(file, key)
                if data is not None:
                    self._known[file] = _adapter().validate_json(data)
        return self._known[file].post if file in self._known else read()

    def problems(
        self, post: Post, drafts: Iterable[str], check: Callable[[], Sequence[Problem]]
    ) -> Sequence[Problem]:
        """Return the problems of a post, which `check` finds; `drafts` are files of posts."""
        if self._shared is None or post.file not in self._keys or post.data or post.attachments:
            return check()
        sound = _digest(self._shared.around, *sorted(drafts))
        known = self._known.get(post.file)
        if known is not None and known.sound == sound:
            return ()
        problems = check()
        if not problems:
            self._new[post.file] = _Kept(post, sound)
        return problems

    def save(self, files: Iterable[str]) -> None:
        """Keep what is new, unless a file has changed since; forget all but these files."""
        if self._new and self._shared == _shared(self.root):
            for file, kept in self._new.items():
                if self._key(file) == self._keys[file]:
                    self._results.save(file, self._keys[file], _adapter().dump_json(kept))
        self._results.prune(files)

    def _key(self, file: str) -> str:
        """Return the digest of all that a post depends on; empty if it cannot be kept."""
        if self._shared is None:
            return ""
        with suppress(OSError):
            return _digest(file, self._shared.pasted, _digest_of(self.root / file))
        return ""


@dataclass(frozen=True, slots=True)
class _Shared:
    """Digests of what all posts depend on."""

    pasted: str
    """What they are made of besides their files."""
    around: str
    """What it depends on besides them that they have no problem."""


def _shared(root: Path) -> _Shared | None:
    """Return the digests; None where a link may lead to what is not in them."""
    folders = {name: [*files_in(root / name)] for name in ("docs", "posts", "snippets")}
    if any(map(_has_link, (root / name for name in folders))):
        return None
    try:
        values = read_mkdocs_file(root / "mkdocs.yml").values
        works = [path for path in folders["posts"] if path.suffix == ".bib"]
        texts = [f"{path} {_digest_of(path)}" for path in [*folders["snippets"], *works]]
        beside = [
            f"{path}" if path.suffix in _TEXTS else f"{path} {_digest_of(path)}"
            for path in [*folders["docs"], *folders["posts"], root / "constraints.txt"]
        ]
    except OSError:  # the step that needs the file says so
        return None
    day = datetime.now(UTC).astimezone().date().isoformat()
    made = os.environ.get("SOURCE_DATE_EPOCH", "")
    return _Shared(_digest(generator(), repr(values), *texts), _digest(day, made, *beside))


def _has_link(folder: Path) -> bool:
    return folder.is_symlink() or any(
        Path(parent, name).is_symlink()
        for parent, folders, names in os.walk(folder)
        for name in (*folders, *names)
    )


@cache
def _adapter() -> TypeAdapter[_Kept]:
    return TypeAdapter(_Kept)


def _digest_of(path: Path) -> str:
    """Return the digest of a file; of a pipe, which would never end, that of nothing."""
    if path.exists() and not path.is_file():
        return ""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
