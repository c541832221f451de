"""Post → which of its code cells a reader writes, which an exercise shows, and which it needs."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from site_tools.analysis.clock_names import clock_names, reads_clock
from site_tools.analysis.origins import Origins
from site_tools.analysis.syntax import parse
from site_tools.analysis.updates import sites
from site_tools.downloads.cell_names import CellNames, dependents, names_in, needed
from site_tools.downloads.code_blanks import blank_repeats
from site_tools.downloads.exercise_check import SURE
from site_tools.downloads.repeats import marks
from site_tools.model.claim import Claim
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.posts.walkthrough import TAG

_TRAINS = {"backward", "step"}
"""Methods of torch that a program learns with."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the code cells of a post, which are counted from 1."""

    written: set[int]
    """Those that the reader writes."""
    needed: set[int]
    """Those on which the claims depend."""
    left_out: set[int]
    """Those that repeat the program and that no claim needs, with all that depends on them."""
    compared: set[int]
    """Those that print something to compare, with what they need."""
    taught: list[int]
    """For each claim, the cell to name when it fails: one that the reader writes."""
    marks: set[str]
    """The marks of the statements that the reader writes."""
    timed: set[int]
    """Those that print times, which differ from run to run: what they print is not compared."""


def plan(post: Post, run: Run) -> Plan:
    """Decide what becomes of the code cells of a post."""
    cells = [CellNames(source) for source in post.sources]
    written = exercised(post)
    must = needed(cells, written, names_in(claim.metric for claim in post.claims))
    known = {mark for i in written for mark in marks(parse(post.sources[i - 1]))}
    left_out: set[int] = set()
    for i in sorted(set(range(1, len(cells) + 1)) - written):
        if blank_repeats(post.sources[i - 1], known) != post.sources[i - 1]:
            with_it = dependents(cells, i)
            if not with_it & must and not any(re.search(SURE, printed(run, j)) for j in with_it):
                left_out |= with_it
    timed = _timed(post)
    shown = {
        i
        for i, cell in enumerate(cells, 1)
        if printed(run, i) and not cell.draws and i not in left_out | timed
    }
    compared = needed(cells, must | shown, ()) - left_out
    taught = [_taught(post, cells, written, claim) for claim in post.claims]
    return Plan(written, must, left_out, compared, taught, known, timed)


def _timed(post: Post) -> set[int]:
    """Return the cells that read a clock, or what was made from one."""
    trees = [parse(source) for source in post.sources]
    origins = Origins(trees)
    names = clock_names(trees, origins)
    return {i for i, tree in enumerate(trees, 1) if reads_clock(tree, names, origins)}


def _taught(post: Post, cells: Sequence[CellNames], written: set[int], claim: Claim) -> int:
    """Return the reader's last cell before a claim is measured, if possible one that trains."""
    names = names_in([claim.metric])
    last = max((i for i, cell in enumerate(cells, 1) if cell.binds & names), default=len(cells))
    before = {i for i in written if i <= last}
    learning = {*claim.freeze, *claim.tally}
    training = (
        {site.cell for site in sites(post.sources, learning)}
        if learning
        else {i for i in before if _trains(parse(post.sources[i - 1]))}
    )
    return max(before & training or before or written)


def printed(run: Run, number: int) -> str:
    """Return what a code cell printed in a run."""
    outputs = run.outputs[number - 1] if number <= len(run.outputs) else ()
    return "".join(str(one["text"]) for one in outputs if one.get("name") == "stdout")


def exercised(post: Post) -> set[int]:
    """Return the numbers of the code cells that a reader shall write, counted from 1.

    These are the cells tagged `program`; of a post that explains a program without a tag, the
    first; else those that train, or define functions or classes; else all.
    """
    numbered = [(i, cell) for i, cell in enumerate(post.code_cells, 1) if cell.source.strip()]
    tagged = {i for i, cell in numbered if TAG in cell.tags}
    if tagged or post.explain:
        return tagged or {1}
    names = {name for claim in post.claims for name in (*claim.freeze, *claim.tally)}
    training = {site.cell for site in sites(post.sources, names)}
    written = {i for i, cell in numbered if _trains_or_defines(parse(cell.source))}
    return training | written or {i for i, _ in numbered}


def _trains_or_defines(module: ast.Module) -> bool:
    return _trains(module) or any(
        isinstance(n, ast.FunctionDef | ast.ClassDef) for n in module.body
    )


def _trains(module: ast.Module) -> bool:
    calls = (n.func for n in ast.walk(module) if isinstance(n, ast.Call))
    return any(isinstance(f, ast.Attribute) and f.attr in _TRAINS for f in calls)
