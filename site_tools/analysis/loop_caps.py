"""Loops that would not end without learning → loops that end as their control did.

A loop that waits for success (`while loss > 0.1`) is ended by the instruments of a control after a
number of updates. In plain source, each update counts itself where it was struck out, and the loop
leaves when there were more. That adds lines.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from site_tools.analysis.instrument import SWITCH, Wanted, instrument
from site_tools.analysis.learning import Learning
from site_tools.analysis.parsed_program import ParsedProgram
from site_tools.analysis.source_edits import Edit, Source, end_of, start_of
from site_tools.analysis.struck_statements import Unwritable
from site_tools.analysis.syntax import called_name

_Loop = ast.For | ast.While
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_COMPOUND = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Match)


@dataclass
class Counting:
    """How a struck program counts its updates, if it must."""

    name: str = ""
    """Of the list that holds the count; empty when nothing is counted."""
    counted: set[int] = field(default_factory=set)
    """The statements that count, by identity."""

    @property
    def tick(self) -> str:
        """Return the statement that counts."""
        return f"{self.name}[0] += 1"

    @property
    def instead(self) -> str:
        """Return what takes the place of a struck update."""
        return self.tick if self.name else "pass"

    def struck(self, node: ast.stmt) -> None:
        """Note a statement that is struck out, and counts in its place."""
        self.counted.add(id(node))

    def kept(self, cell: int, node: ast.stmt) -> Iterator[Edit]:
        """Let a statement that goes on to run count; once, whatever it does."""
        if not self.name or id(node) in self.counted:
            return
        self.counted.add(id(node))
        if isinstance(node, _COMPOUND):
            raise Unwritable(cell, node.lineno, "an update is in the head of a statement")
        yield Edit(cell, start_of(node), start_of(node), f"{self.tick}; ")

    def guarded(self, source: Source, cell: int, node: ast.stmt) -> Iterator[Edit]:
        """Let a statement count that runs only sometimes, on a line of its own above it."""
        self.counted.add(id(node))
        if self.name:
            yield _above(source, cell, node, self.tick)


def cap_loops(program: ParsedProgram, learning: Learning, counting: Counting) -> Iterator[Edit]:
    """Yield the edits that end loops after so many updates."""
    loops = dict(_loops(program, learning))
    if learning.constants:  # then every round of every loop counts
        for cell, loop in loops.values():
            yield _top(program.source(cell), cell, loop, counting.tick)
    stopped = {id(loops[number][1]) for number in learning.stops if number in loops}
    for number, limit in sorted(learning.stops.items()):
        if number not in loops:
            raise Unwritable(0, 0, "a loop that a control ends is not in the text")
        note = f"ends after {limit:,} {'rounds' if learning.constants else 'updates'}"
        cell, loop = loops[number]
        start = program.free_name(f"start_{number}")
        yield _above(program.source(cell), cell, loop, f"{start} = {counting.name}[0]")
        yield Edit(cell, start_of(loop), start_of(loop), "", note)
        done = f"{counting.name}[0] - {start}"
        checks = _Checks(program, cell, counting.counted, stopped, done, limit)
        yield from checks.of(loop, rounds=bool(learning.constants))


@dataclass(frozen=True)
class _Checks:
    """Puts a check behind everything in a loop that counts, so that it leaves at once."""

    program: ParsedProgram
    cell: int
    counted: set[int]
    stopped: set[int]
    """All loops that are ended, by identity."""
    done: str
    """An expression: how many updates the loop has made."""
    limit: int

    def of(self, loop: _Loop, *, rounds: bool) -> Iterator[Edit]:
        """Yield the checks of a loop; with `rounds`, one at its top."""
        head = loop.iter if isinstance(loop, ast.For) else loop.test
        if rounds or self._counts(head):
            yield _top(self._source, self.cell, loop, self._leave(">"))
        yield from self._behind(loop.body)

    @property
    def _source(self) -> Source:
        return self.program.source(self.cell)

    def _leave(self, sign: str) -> str:
        return f"if {self.done} {sign} {self.limit}: break  # without learning, it would go on"

    def _behind(self, statements: Sequence[ast.stmt]) -> Iterator[Edit]:
        for statement in [s for s in statements if self._counts(s)]:
            blocks = _blocks(statement)
            if not blocks and id(statement) not in self.counted:
                yield self._before_call(statement)
            one_line = any(block[0].lineno == statement.lineno for block in blocks)
            within = [] if one_line else blocks
            for block in within:
                yield from self._behind(block)
            if not within or isinstance(statement, ast.For | ast.While):
                yield _below(self._source, self.cell, statement, self._leave(">"))

    def _counts(self, node: ast.AST) -> bool:
        is_definition = isinstance(node, _DEFINITIONS)
        return not is_definition and _counts(node, self.counted, self._counting_functions)

    @cached_property
    def _counting_functions(self) -> set[str]:
        return _functions_with(self.program.trees, self.counted)

    @cached_property
    def _ended_functions(self) -> set[str]:
        return _functions_with(self.program.trees, self.stopped)

    def _before_call(self, statement: ast.stmt) -> Edit:
        """Leave before a call that begins with an update too many: it would give no value.

        Raises Unwritable when the function itself would be ended elsewhere.
        """
        if _counts(statement, set(), self._ended_functions):
            what = "a loop is ended inside of another one that is ended, in a function of its own"
            raise Unwritable(self.cell, statement.lineno, what)
        return _above(self._source, self.cell, statement, self._leave(">="))


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """Return the blocks of a compound statement."""
    owners = [statement, *getattr(statement, "handlers", []), *getattr(statement, "cases", [])]
    found = [getattr(o, name, []) for o in owners for name in ("body", "orelse", "finalbody")]
    return [block for block in found if block]


def _loops(program: ParsedProgram, learning: Learning) -> Iterator[tuple[int, tuple[int, _Loop]]]:
    """Yield each loop that a control watches: its number there, its cell and its node."""
    places = {
        (cell, *start_of(node)): node for cell, node in program.nodes() if isinstance(node, _Loop)
    }
    wanted = Wanted(
        learning.freeze, learning.tally, learning.constants, ticks=bool(learning.constants)
    )
    watched = instrument(program.cells, wanted).trees
    for cell, tree in enumerate(watched, start=1):
        for node in ast.walk(tree):
            match node:
                case ast.With(
                    items=[
                        ast.withitem(
                            context_expr=ast.Call(
                                func=ast.Attribute(value=ast.Name(id=name), attr="loop"),
                                args=[ast.Constant(value=int() as number), *_],
                            )
                        )
                    ],
                    body=[ast.For() | ast.While() as loop],
                ) if name == SWITCH:
                    yield number, (cell, places[cell, *start_of(loop)])


def _counts(node: ast.AST, counted: set[int], functions: set[str]) -> bool:
    """Return whether a piece of code counts updates, or calls a function that does."""
    parts = list(ast.walk(node))
    calls = {called_name(part) for part in parts if isinstance(part, ast.Call)}
    return bool(calls & functions) or any(id(part) in counted for part in parts)


def _functions_with(trees: Sequence[ast.Module], nodes: set[int]) -> set[str]:
    """Return the names of functions that contain one of these nodes, or call one that does."""
    every = [node for tree in trees for node in ast.walk(tree)]
    functions = [n for n in every if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    found: set[str] = set()
    before = -1
    while len(found) > before:
        before = len(found)
        found |= {f.name for f in functions if _counts(f, nodes, found)}
    return found


def _above(source: Source, cell: int, node: ast.stmt, text: str) -> Edit:
    """Insert a line above a statement, which begins its line."""
    indent = source.before(start_of(node))
    if indent.strip():
        raise Unwritable(cell, node.lineno, "a loop and what it repeats are on one line")
    return Edit(cell, (node.lineno, 0), (node.lineno, 0), f"{indent}{text}\n")


def _below(source: Source, cell: int, node: ast.stmt, text: str) -> Edit:
    """Insert a line below a statement that ends its line."""
    indent = source.before(start_of(node))
    rest = source.after(end_of(node)).strip()
    if indent.strip() or (rest and not rest.startswith("#")):
        raise Unwritable(cell, node.lineno, "a loop and what it repeats are on one line")
    end = source.end_of(end_of(node)[0])
    return Edit(cell, end, end, f"\n{indent}{text}")


def _top(source: Source, cell: int, loop: _Loop, text: str) -> Edit:
    """Insert a line at the top of a loop's body."""
    first = loop.body[0]
    edit = _above(source, cell, first, text)
    line = min([first.lineno, *[d.lineno for d in getattr(first, "decorator_list", [])]])
    return Edit(cell, (line, 0), (line, 0), edit.text)
