"""Loops that would not end without learning → loops that end as their control did.

A control ends a loop that waits for success (`while loss > 0.1`) after a number of rounds. In plain
source, the loop counts its rounds and leaves. That adds three lines.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from site_tools.analysis.parsed_program import ParsedProgram
from site_tools.analysis.source_edits import Edit, Source, start_of
from site_tools.analysis.struck_statements import Unwritable
from site_tools.analysis.training import loops_of


def cap_loops(program: ParsedProgram, stops: Mapping[int, int]) -> Iterator[Edit]:
    """Yield the edits that end loops, by their number, after so many rounds."""
    loops = [(cell, loop) for cell, t in enumerate(program.trees, 1) for loop in loops_of([t])]
    for number, limit in sorted(stops.items()):
        cell, loop = loops[number]
        source, rounds = program.source(cell), program.free_name(f"rounds_{number}")
        yield _above(source, cell, loop, f"{rounds} = 0")
        yield Edit(cell, start_of(loop), start_of(loop), "", f"ends after {limit:,} rounds")
        yield _top(source, cell, loop, f"{rounds} += 1")
        leave = f"if {rounds} > {limit}: break  # without learning, it would go on"
        yield _top(source, cell, loop, leave)


def _above(source: Source, cell: int, node: ast.stmt, text: str) -> Edit:
    """Insert a line above a statement, which begins its line."""
    indent = source.before(start_of(node))
    if indent.strip():
        raise Unwritable(cell, node.lineno, "a loop and what it repeats are on one line")
    return Edit(cell, (node.lineno, 0), (node.lineno, 0), f"{indent}{text}\n")


def _top(source: Source, cell: int, loop: ast.For | ast.While, text: str) -> Edit:
    """Insert a line at the top of a loop's body."""
    first = loop.body[0]
    edit = _above(source, cell, first, text)
    line = min([first.lineno, *[d.lineno for d in getattr(first, "decorator_list", [])]])
    return Edit(cell, (line, 0), (line, 0), edit.text)
