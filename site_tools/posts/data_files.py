"""The data files that a post declares → their contents, or what is wrong with them.

A data file lies beside the post, or in a folder `data/` there. It has the same relative path in the
folder of a run, in the archive of downloads and on the site, so one program finds it everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from site_tools.model.errors import BadPost, Problem, nearest
from site_tools.model.source import DataFile

FOLDER = "data"
"""The folder of posts/ that may hold data files."""

_CODE = (".py", ".pyc", ".so", ".pyd")
_POSTS = (".md", ".py", ".ipynb")
_UNSAFE = frozenset('\\:*?"<>|')
"""Characters that a file's name cannot have on Windows."""
_WRITTEN = {
    *("requirements.txt", "expected-output.txt", "license", "sha256sums"),
    *("evidence.json", "card.png", "index.html"),
}
"""The files that a post's page and its archive have in any case, in lower case."""


def read_data(
    declared: Iterable[DataFile], posts: Path, slug: str, largest: int
) -> tuple[DataFile, ...]:
    """Return data files with their contents.

    Raises BadPost with the problems of all of them.
    """
    files, problems = [], []
    known: dict[str, str] = {}
    for file in declared:
        found = list(_name_problems(file, slug, known)) or list(
            _file_problems(file, posts / file.name, posts, largest)
        )
        known.setdefault(file.name.casefold(), file.name)
        if found:
            problems += found
            continue
        try:
            content = (posts / file.name).read_bytes()
        except OSError as error:
            what = f"posts/{file.name}: cannot be read: {error.strerror}."
            problems.append(Problem(file.place, what, "Fix its permissions."))
            continue
        digest = hashlib.sha256(content).hexdigest()
        files.append(replace(file, content=content, digest=digest))
    if problems:
        raise BadPost(problems)
    return tuple(files)


def _name_problems(file: DataFile, slug: str, known: dict[str, str]) -> Iterator[Problem]:
    """Yield what is wrong with the name of a data file, after those that are `known`."""
    name, parts = file.name, file.name.split("/")
    other = known.get(name.casefold())
    if ".." in parts or name.startswith("/") or "\\" in name or ":" in name:
        what = f"the data file `{name}` is outside of posts/."
        yield Problem(file.place, what, f"Copy it beside the post or into posts/{FOLDER}/.")
    elif any(not part or part.startswith(".") or part.strip() != part for part in parts):
        what = f"`{name}` is no path of a data file: a part of it is hidden, empty or a blank."
        yield Problem(file.place, what, "Write it like `data: [points.csv]`.")
    elif _UNSAFE.intersection(name) or not name.isprintable():
        what = f"`{name}` has a character that names of files do not have everywhere."
        yield Problem(file.place, what, "Use letters, digits, dots and hyphens.")
    elif len(parts) > 1 and parts[0] != FOLDER:
        what = f"the data file `{name}` is neither beside the post nor in posts/{FOLDER}/."
        yield Problem(file.place, what, f"Move it there: `data: [{FOLDER}/{parts[-1]}]`.")
    elif is_code(name, beside=len(parts) == 1):
        what = f"`{name}` is code, or would be read as a post."
        yield Problem(file.place, what, "Share code as a snippet, and declare data only.")
    elif other is not None:
        what = f"`{name}` is declared twice."
        if other != name:
            what = f"`{name}` and `{other}` are one file on macOS and Windows."
        yield Problem(file.place, what, "Take one of them out, or give it another name.")
    elif _is_written(name.casefold(), slug):
        what = f"`{name}` is also the name of a file that the page of the post has."
        yield Problem(file.place, what, "Give the data file another name.")


def is_code(name: str, *, beside: bool = False) -> bool:
    """Return whether a file is code; `beside` posts, also whether it would be one of them."""
    return name.lower().endswith(_POSTS if beside else _CODE)


def _is_written(name: str, slug: str) -> bool:
    own = (f"{slug}.zip", f"{slug}.apkg")
    return name in _WRITTEN or name in own or name.startswith(f"{slug}-")


def _file_problems(file: DataFile, path: Path, posts: Path, largest: int) -> Iterator[Problem]:
    """Yield why a data file cannot be read."""
    where = f"posts/{file.name}"
    steps = [posts.joinpath(*PurePosixPath(file.name).parts[: i + 1]) for i in range(_depth(file))]
    if any(step.is_symlink() for step in steps):
        what = f"{where}: this is a link."
        yield Problem(file.place, what, "Replace it by the file itself.")
    elif path.is_dir():
        yield Problem(file.place, f"{where}: this is a folder.", "Declare each file in it.")
    elif not path.is_file():
        if path.exists():
            yield Problem(file.place, f"{where}: this is no plain file.", "Declare a plain file.")
            return
        near = path.parent.iterdir() if path.parent.is_dir() else ()
        prefix = file.name.rpartition("/")[0]
        known = [f"{prefix}/{one.name}" if prefix else one.name for one in near]
        remedy = nearest(file.name, known) or f"Put it beside the post or into posts/{FOLDER}/."
        yield Problem(file.place, f"there is no data file `{file.name}`.", remedy)
    elif (size := path.stat().st_size) > largest:
        what = f"{where}: has {size:,} bytes, and {largest:,} are the most for a data file."
        remedy = "Take a part of it, or allow more: `largest_data: 20 MB` under `elevenlines:`"
        yield Problem(file.place, what, f"{remedy} in mkdocs.yml.")


def _depth(file: DataFile) -> int:
    return len(PurePosixPath(file.name).parts)


def changed_data(files: Iterable[DataFile], posts: Path) -> Iterator[DataFile]:
    """Yield the data files that hold something else by now, or are gone."""
    for file in files:
        try:
            digest = hashlib.sha256((posts / file.name).read_bytes()).hexdigest()
        except OSError:
            digest = ""
        if digest != file.digest:
            yield file
