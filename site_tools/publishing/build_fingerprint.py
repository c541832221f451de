"""What the last good build was made of, and what it left: whether another one would change it.

A site is a function of the project's files, of the versions of what is installed, and of the
settings that come from the environment. The files that a build wrote are known by size and time,
so one that was changed or removed by hand is noticed, and the site is built again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from site_tools.atomic_write import write_whole
from site_tools.posts.mkdocs_file import read_mkdocs_file
from site_tools.posts.project_files import files_in, is_source

_PACKAGE = Path(__file__).parents[1]
_SOURCES = ("constraints.txt", "docs", "mkdocs.yml", "posts", "snippets")
_OPTIONAL = ("LICENSE", "constraints-gpu.txt", "drift.json")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A note of one good build."""

    sources: str
    """Digest of all that the site was made of."""
    left: str
    """Digest of the names, sizes and times of all files that the build wrote."""
    posts: int
    """Posts that the site holds."""
    stored: str = ""
    """Digest of the store, if some posts use a GPU: their runs may come from elsewhere later."""


_RECEIPT = TypeAdapter(Receipt)


def load(path: Path) -> Receipt | None:
    """Return the last receipt, or None when there is none that can be read."""
    try:
        return _RECEIPT.validate_json(path.read_bytes(), strict=True)
    except (OSError, ValidationError):
        return None


def save(path: Path, receipt: Receipt) -> None:
    """Write a receipt, in place of the last one."""
    write_whole(path, json.dumps(asdict(receipt)).encode("utf-8"))


def sources(root: Path, *, drafts: bool) -> str:
    """Return a digest of all that decides what the site of a project holds.

    Raises BadProject when `mkdocs.yml` cannot be read, OSError when a file cannot.
    """
    values = read_mkdocs_file(root / "mkdocs.yml").values
    made = os.environ.get("SOURCE_DATE_EPOCH")
    parts = repr((drafts, made, values, _installed(), generator()))
    optional = [root / name for name in _OPTIONAL if (root / name).is_file()]
    named = (root / name for name in (*_SOURCES, *custom_files(values)))
    return _digest(parts, [*optional, *named], root)


@cache
def generator() -> str:
    """Return a digest of the code that this process runs, of Python and of what is installed."""
    return _digest(repr((sys.version, _installed())), [_PACKAGE], _PACKAGE)


def _digest(parts: str, sources: Iterable[Path], root: Path) -> str:
    """Return a digest of a text and of files and folders with their names."""
    digest = hashlib.sha256(parts.encode("utf-8"))
    for source in sources:
        for path in files_in(source) if source.is_dir() else [source]:
            content = _content(path, root)
            digest.update(f"\0{path.relative_to(source.parent)}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def _content(path: Path, root: Path) -> bytes:
    """Return what a file holds, or where a link leads that no build may follow."""
    if path.is_symlink() and not is_source(path, root):
        return os.fsencode(path.readlink())
    if path.exists() and not path.is_file():  # reading a pipe would never end
        return b""
    return path.read_bytes()


def left(folders: Iterable[Path]) -> str:
    """Return a digest of the names, sizes and times of all files in some folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(_paths(str(folder))):
            state = os.lstat(path)
            name = path[len(str(folder)) :]
            line = f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
        digest.update(b"\n")
    return digest.hexdigest()


def _paths(folder: str) -> Iterator[str]:
    """Yield the paths of all files in a folder: as text, since there are tens of thousands."""
    for parent, _, names in os.walk(folder):
        for name in names:
            yield f"{parent}/{name}"


def custom_files(values: Mapping[str, Any]) -> list[str]:
    """Return the hooks and the folder of templates that the settings of a site name."""
    theme = values.get("theme")
    folder = theme.get("custom_dir") if isinstance(theme, dict) else None
    hooks = values.get("hooks")
    return [str(name) for name in (*(hooks if isinstance(hooks, list) else []), folder) if name]


def _installed() -> list[str]:
    """Return what is installed, as the names of its metadata: `mkdocs-1.6.1.dist-info`."""
    folders = {Path(entry) for entry in sys.path if Path(entry).is_dir()}
    return sorted(path.name for folder in folders for path in folder.glob("*.dist-info"))
