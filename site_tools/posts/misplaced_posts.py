"""Files that are meant as posts, and lie where no post is read, or are called otherwise."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from site_tools.model.errors import Problem
from site_tools.model.source import Place
from site_tools.posts.reader import READERS, post_files

_SUFFIXES = {
    ".markdown": ".md", ".mdown": ".md", ".mkd": ".md", ".mdx": ".md", ".qmd": ".md", ".rmd": ".md",
    ".myst": ".md",
}  # fmt: skip
"""What other tools call files of Markdown, and what they are called here."""

_FRONT_MATTER = re.compile(r'\A(?:\ufeff)?(?:# )?---\s*$|^\s*"---\\n"', re.MULTILINE)
_START = 4_000
"""Characters of a file in which its front matter begins."""


def misplaced_posts(folder: Path) -> Iterator[Problem]:
    """Yield what is in the folder of posts, looks like a post, and is not read as one."""
    for path in sorted(_candidates(folder)):
        if path.parent == folder and path.suffix in READERS and not path.is_file():
            what = "this is no file: it is a folder or a pipe, or a link that leads nowhere."
            place = Place(f"posts/{path.name}", 0)
            yield Problem(place, what, "Delete it, or put a file there.", post=place.file)
        file = f"posts/{path.relative_to(folder).as_posix()}"
        reason = why_no_post(file)
        if reason and not _is_hidden(path, folder) and path.is_file() and _has_front_matter(path):
            yield Problem(Place(file, 0), "this file is not read as a post.", reason, post=file)


def _candidates(folder: Path) -> Iterator[Path]:
    """Yield what is not read as a post, by its name or because it is no file."""
    for parent, folders, names in os.walk(folder):
        known = {path.name for path in post_files(folder)} if Path(parent) == folder else ()
        yield from (Path(parent, name) for name in [*folders, *names] if name not in known)


def why_no_post(file: str) -> str:
    """Return what to do with a file of the project so that it is a post; empty for others."""
    path = PurePosixPath(file)
    suffix = _SUFFIXES.get(path.suffix.lower())
    if suffix:
        return f"A post's file ends in .md, .py or .ipynb: rename it to `{path.stem}{suffix}`."
    if path.suffix in READERS and path.parts[0] == "posts" and len(path.parts) > 2:  # noqa: PLR2004
        return f"Posts lie in posts/, not in a folder of it: move it to `posts/{path.name}`."
    if path.suffix in READERS and path.parts[0] != "posts":
        return f"Posts lie in posts/; `elevenlines new --from {file}` makes one of it."
    return ""


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)


def _has_front_matter(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return bool(_FRONT_MATTER.search(file.read(_START)))
    except OSError:
        return False
