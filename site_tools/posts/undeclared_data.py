"""A file that a post reads and does not declare → how to declare it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from site_tools.model.protocol import WORK_FOLDER
from site_tools.posts.data_files import FOLDER, is_code
from site_tools.posts.project_files import is_file
from site_tools.posts.yaml_text import flow_list

_ONLY = "The folder of a run holds only declared files, as that of a download does."

_LONGEST_NAME = 255
"""Bytes of the name of a file."""

_SAYS = (
    re.compile(r"""No such file or directory: ("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""),
    re.compile(r"FileNotFoundError: (\S+) not found\.?$"),  # numpy
    re.compile(r"unable to open file: name = ('[^']*')"),  # HDF5
    re.compile(r"The provided filename (\S+) does not exist"),  # torch
    re.compile(r"FileNotFoundError: (\S+\.\w+)\.?$"),
)
"""How exceptions name a file that is not there."""

_NAMELESS = ("FileNotFoundError: ", "unable to open database file")
"""Parts of what exceptions say of such a file without its name."""


def remedy_of(error: str, declared: Iterable[str], root: Path) -> str:
    """Return what to do about an exception of a run; empty unless it is about a missing file.

    `declared` are the data files of the post, and `root` is the project's folder.
    """
    for says in _SAYS:
        if found := says.search(error):
            quoted = found[1][0] in "\"'"
            return how_to_declare(
                ast.literal_eval(found[1]) if quoted else found[1], declared, root
            )
    nameless = any(part in error for part in _NAMELESS)
    return f"{_ONLY} Declare it: `data: [points.csv]`." if nameless else ""


def how_to_declare(path: str, declared: Iterable[str], root: Path) -> str:
    """Return how a post comes to a file or folder that it reads by this path."""
    read = PurePosixPath(re.sub(rf"^.*/{WORK_FOLDER}/", "", path.replace("\\", "/")))
    can_be = read.name and all(len(part.encode("utf-8")) <= _LONGEST_NAME for part in read.parts)
    how = _how(read, list(declared), root) if can_be else ""
    return f"{_ONLY} {how}".strip()


def _how(read: PurePosixPath, known: list[str], root: Path) -> str:
    """Return what to do about a path that is not in the folder of a run."""
    posts = root / "posts"
    if same := [name for name in known if PurePosixPath(name).name == read.name]:
        return f"The post declares `{same[0]}`: read it by this path."
    if is_code(read.name):
        return f'Code is shared as a snippet: `# --8<-- "{read.name}"`.'
    if (posts / read).is_dir() and (files := sorted(_files(posts / read))):
        listed = [f"{read.as_posix()}/{name}" for name in files[:2]]
        return f"Declare each file that it needs: {_line([*known, *listed])}."
    for name in (read.name, f"{FOLDER}/{read.name}"):
        if is_file(posts / name):
            return f"Add to the front matter {_line([*known, name])}{_read_as(name, read)}."
    name = read.name if len(read.parts) == 1 else f"{FOLDER}/{read.name}"
    declare = f"declare it: {_line([*known, name])}{_read_as(name, read)}."
    for place in (posts / read, root / read, root / "snippets" / read.name):
        if is_file(place):
            there, project = place.resolve(), root.resolve()
            shown = there.relative_to(project) if there.is_relative_to(project) else read
            return f"Copy {shown} to posts/{name}, and {declare}"
    return (
        "Make the file in the code, with its folder; take the data from a package, such as "
        f"`sklearn.datasets`; or put it at posts/{name}, and {declare}"
    )


def _read_as(name: str, read: PurePosixPath) -> str:
    return "" if name == read.as_posix() else f", and read it as `{name}`"


def _files(folder: Path) -> Iterator[str]:
    """Yield the names of the plain files in a folder that a post could declare."""
    return (one.name for one in folder.iterdir() if one.is_file() and not one.name.startswith("."))


def _line(names: Iterable[str]) -> str:
    """Return the line of the front matter that declares files."""
    return f"`data: {flow_list(names)}`"
