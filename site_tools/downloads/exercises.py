"""Post → notebooks whose program the reader shall write, made from the post's own source."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import get_args

from site_tools.analysis.syntax import parse
from site_tools.analysis.updates import sites
from site_tools.downloads import notebook_cells, self_check
from site_tools.downloads.code_blanks import Level, blank
from site_tools.downloads.notebook_cells import Addresses
from site_tools.model.post import Post
from site_tools.posts.walkthrough import TAG

_GIVEN: Mapping[Level, str] = {
    1: "The comments and the heads of functions and loops are there; the code is yours to write.",
    2: "The names are there; all else is yours to remember.",
}
_OVER = "Write code wherever you see `...`. When the last cell runs, your network learns."
_TRAINS = {"backward", "step"}
"""Methods of torch that a program learns with."""


def levels(post: Post) -> tuple[Level, ...]:
    """Return the levels of a post's exercises; none for a post that has no claim to reach."""
    return get_args(Level) if post.claims else ()


def exercise_name(post: Post, level: Level) -> str:
    """Return the name of the file of an exercise."""
    return f"{post.slug}-exercise-{level}.ipynb"


def exercises(post: Post, packages: Mapping[str, str], addresses: Addresses) -> dict[str, str]:
    """Return the exercises of a post, by file name.

    Each is the post as a notebook with blanks, which ends by checking what the reader wrote.
    """
    to_write = exercised(post) if post.claims else set()
    return {
        exercise_name(post, level): _exercise(post, level, to_write, packages, addresses)
        for level in levels(post)
    }


def _exercise(
    post: Post, level: Level, to_write: set[int], packages: Mapping[str, str], addresses: Addresses
) -> str:
    """Return one exercise; at level 2 only the headings of the prose remain."""
    what = f"Exercise {level} of <{addresses.of(post)}>. {_GIVEN[level]} {_OVER}"
    cells = notebook_cells.cells(post, addresses)
    number = 0
    for cell in cells:
        if cell.cell_type == "code":
            number += 1
            cell.source = blank(cell.source, level) if number in to_write else cell.source
        elif level > 1:
            cell.source = _headings(cell.source)
    kept = [
        notebook_cells.about(post, what, packages),
        *[cell for cell in cells if cell.source.strip()],
    ]
    return notebook_cells.write([*kept, *self_check.cells(post, addresses)])


def exercised(post: Post) -> set[int]:
    """Return the numbers of the code cells that a reader shall write, counted from 1.

    These are the cells tagged `program`; of a post that explains a program without a tag, the
    first; else those that train, or define functions or classes; else all.
    """
    numbered = list(enumerate(post.code_cells, 1))
    tagged = {i for i, cell in numbered if TAG in cell.tags}
    if tagged or post.explain:
        return tagged or {1}
    names = {name for claim in post.claims for name in (*claim.freeze, *claim.tally)}
    training = {site.cell for site in sites(post.sources, names)}
    written = {i for i, cell in numbered if _trains_or_defines(parse(cell.source))}
    return training | written or {i for i, _ in numbered}


def _trains_or_defines(module: ast.Module) -> bool:
    defines = any(isinstance(n, ast.FunctionDef | ast.ClassDef) for n in module.body)
    calls = (n.func for n in ast.walk(module) if isinstance(n, ast.Call))
    return defines or any(isinstance(f, ast.Attribute) and f.attr in _TRAINS for f in calls)


def _headings(text: str) -> str:
    return "\n\n".join(line for line in text.split("\n") if line.startswith("#"))
