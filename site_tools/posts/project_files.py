"""The files of a project, and which of them a build may read, wherever links lead.

A pull request can contain symbolic links. Whatever they lead to would become public with the site.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from site_tools.model.errors import BadPost, BadProject, Problem
from site_tools.model.source import Place

AUTHORS = ".authors.yml"
"""The only file with a hidden name that is a source of the site."""

PAGE_HEAD = re.compile(r"---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)
"""The front matter of a page of `docs/`."""

REMEDY = "Replace the link by the file itself."


def find_root(start: Path) -> Path:
    """Return the folder of the project that a folder belongs to.

    Raises BadProject when neither the folder nor a parent has a `mkdocs.yml`.
    """
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file():
            return folder
    raise BadProject(f"{start}: no mkdocs.yml here or in a parent. Change to the project's folder.")


def is_file(path: Path) -> bool:
    """Return whether there is such a file; False for a name that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def decode(data: bytes, file: str) -> str:
    """Return a file's text.

    Raises BadPost with the line of the first byte that is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"byte 0x{data[error.start]:02x} is not UTF-8."
        raise BadPost([Problem(Place(file, line), what, "Save the file as UTF-8.")]) from None


def decoded(data: bytes, file: str) -> str:
    """Return the text of a file that is no post; raises BadProject with the line."""
    try:
        return decode(data, file)
    except BadPost as bad:
        raise BadProject(str(bad)) from None


def files_in(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and of those inside it, in order, without compiled modules."""
    return map(Path, names_in(folder))


def names_in(folder: Path) -> Iterator[str]:
    """Yield the same as text: of a thousand files, half of the time is that of making paths."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (os.path.join(parent, name) for name in sorted(names))  # noqa: PTH118


def is_within(path: Path, folder: Path) -> bool:
    """Return whether a path leads into a folder when all links are followed."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (
        OSError,
        RuntimeError,
        ValueError,
    ):  # links in a circle, or a name that no file can have
        return False


def is_source(path: Path, root: Path) -> bool:
    """Return whether a path leads to a file of a project that is neither hidden nor in hiding.

    Hidden are the repository's own files and the store: they may hold what is not public.
    """
    if not is_within(path, root):
        return False
    parts = path.resolve().relative_to(root.resolve()).parts
    hidden = [part for part in parts if part.startswith(".") and part != AUTHORS]
    return bool(parts) and not hidden


def stray_links(folder: Path, root: Path) -> list[Path]:
    """Return the links in a folder, sorted, that lead to anything but a source of the project."""
    links = (path for path in folder.rglob("*") if path.is_symlink())
    return sorted(path for path in links if not is_source(path, root))
