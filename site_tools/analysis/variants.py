"""A program → the programs that differ from it by one change, the most telling change first.

They answer what a line is for, and show which lines no claim guards. A change is an edit of the
text, so lines keep their numbers.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, count

from site_tools.analysis.changed_starts import changed_starts
from site_tools.analysis.drawn_sizes import drawn_sizes
from site_tools.analysis.live_statements import live_statements
from site_tools.analysis.parsed_program import ParsedProgram
from site_tools.analysis.source_edits import Edit, edited
from site_tools.analysis.struck_statements import Unwritable
from site_tools.analysis.variant_change import Change
from site_tools.analysis.varied_expressions import expression_changes
from site_tools.analysis.varied_statements import statement_changes

_LABELS = re.compile(r"(y|Y|labels?|targets?|answers?)(_train)?")
"""Names that hold right answers, where a claim does not say so."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A program with one change."""

    cell: int
    line: int
    """Both counted from 1: where the change is shown."""
    title: str
    """What was changed, after the number of its line: `without * l2`, with the code in backticks.
    Unique within the line."""
    edits: tuple[Edit, ...] = ()
    shuffle: str = ""
    """A top-level name whose rows are permuted, in place of an edit."""
    rank: int = 0
    """How informative the change is: 0 is tried first."""
    says: str = ""
    """What the author says about it; empty for one that was found."""
    starts: tuple[str, ...] = ()
    """The names whose first values it draws in another way; empty if it changes anything else."""
    resized: bool = False
    """Whether it only has a function of the program draw more or fewer examples."""

    @property
    def name(self) -> str:
        """Return a name that no other variant of the program has."""
        return f"{self.cell}:{self.line} {self.title}"

    def applied(self, cells: Sequence[str]) -> list[str]:
        """Return the changed program."""
        return edited(cells, self.edits)


def variants(
    cells: Sequence[str],
    within: Collection[int],
    metrics: Collection[str],
    shuffle: Collection[str] = (),
) -> list[Variant]:
    """Return the variants of a program, the best of each line first, then the next best.

    `within` are the numbers of the cells whose lines are changed, `shuffle` names of labels. Lines
    that no metric depends on are left out, and so are changes that leave the same program. Raises
    SyntaxError.
    """
    program = ParsedProgram(cells)
    live = live_statements(program.trees, metrics)
    found: dict[tuple[int, int], list[Variant]] = defaultdict(list)
    known: set[tuple[int, int, str]] = set()
    for one in _all(program, within, live, shuffle):
        code = _meaning(one, program)
        if code and code not in known:
            known.add(code)
            own = found[one.cell, one.line]
            own.append(_named_apart(one, own))
    lines = [sorted(own, key=lambda one: one.rank) for _, own in sorted(found.items())]
    most = max(map(len, lines), default=0)
    return [own[i] for i in range(most) for own in lines if i < len(own)]


def _named_apart(one: Variant, others: Sequence[Variant]) -> Variant:
    """Return a variant whose title no other of its line has: `5` may replace either `0.5`."""
    titles = {other.title for other in others}
    further = (f"{one.title}, at place {number}" for number in count(2))
    return replace(one, title=next(t for t in chain([one.title], further) if t not in titles))


def _meaning(variant: Variant, program: ParsedProgram) -> tuple[int, int, str] | None:
    """Return what the changed statement does, to find equal ones; None if it is not Python.

    Only the statement at top level is parsed: a program may have hundreds of them.
    """
    tree = program.trees[variant.cell - 1]
    around = [n for n in tree.body if n.lineno <= variant.line <= (n.end_lineno or n.lineno)]
    first = min(node.lineno for node in around)
    last = max(node.end_lineno or node.lineno for node in around)
    changed = variant.applied(program.cells)[variant.cell - 1].split("\n")[first - 1 : last]
    try:
        text = ast.dump(ast.parse("\n".join(changed)))
    except (SyntaxError, ValueError):
        return None
    same = text == ast.dump(ast.Module(around, [])) and not variant.shuffle
    return None if same else (variant.cell, first, f"{variant.shuffle} {text}")


def _all(
    program: ParsedProgram, within: Collection[int], live: set[int], shuffle: Collection[str]
) -> Iterator[Variant]:
    sizes = drawn_sizes(program)
    for cell in sorted(within):
        for node in ast.walk(program.trees[cell - 1]):
            if not isinstance(node, ast.stmt) or id(node) not in live:
                continue
            for change in _changes(program, cell, node):
                yield Variant(
                    cell,
                    change.edits[0].start[0],
                    change.title,
                    change.edits,
                    rank=change.rank,
                    starts=changed_starts(node, change.edits),
                    resized=all((cell, edit.start) in sizes for edit in change.edits),
                )
        yield from _permuted(program.trees[cell - 1], cell, live, shuffle)


def _changes(program: ParsedProgram, cell: int, node: ast.stmt) -> Iterator[Change]:
    with suppress(Unwritable):
        yield from statement_changes(program, cell, node)
    yield from expression_changes(program.source(cell), cell, node)


def _permuted(
    tree: ast.Module, cell: int, live: set[int], shuffle: Collection[str]
) -> Iterator[Variant]:
    """Yield the programs whose labels are permuted, at the line that binds them."""
    for node in tree.body:
        if id(node) not in live or not isinstance(node, ast.Assign):
            continue
        parts = [part for target in node.targets for part in ast.walk(target)]
        for name in (part.id for part in parts if isinstance(part, ast.Name)):
            if name in shuffle or _LABELS.fullmatch(name):
                title = f"the rows of `{name}` in a mixed order"
                yield Variant(cell, node.lineno, title, shuffle=name, rank=0)
