"""A program → the same program as plain source that does not learn.

What a control suppresses while a program runs is struck out of its text here: update statements,
steps of optimizers, the values of constants. The result imports nothing of this project, so it is
an independent check of the control: both must end at the same number. Whatever cannot be written
as plain source raises Unwritable.

Lines that are not changed stay as they are, with their numbers, unless loops must be ended (see
`loop_caps`).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from site_tools.analysis.changes import Found
from site_tools.analysis.learning import Learning
from site_tools.analysis.loop_caps import cap_loops
from site_tools.analysis.parsed_program import ParsedProgram
from site_tools.analysis.source_edits import Edit, edited
from site_tools.analysis.struck_statements import Unwritable, strike
from site_tools.analysis.struck_torch import strike_gradients, strike_steps
from site_tools.analysis.targets import flat
from site_tools.analysis.updates import updates_in

UNBOUND = '''\
def {name}(read):
    """Return whether something has no value yet: its first value is no update."""
    try:
        return any(value is None for value in read())
    except Exception:
        return True
'''
"""A function of the struck program, where the text alone does not show what binds first."""


@dataclass(frozen=True, slots=True)
class Struck:
    """A program that does not learn."""

    cells: list[str]
    prelude: str
    """What it needs before its first cell; often empty."""
    edits: list[Edit]
    """What was done to the original, in its order."""


def struck(cells: Sequence[str], learning: Learning) -> Struck:
    """Return the program without its learning.

    Raises SyntaxError, or Unwritable when a control does what plain source cannot.
    """
    program = ParsedProgram(cells)
    gone: set[int] = set()
    unbound = program.free_name("unbound")
    edits = [
        *strike_updates(program, learning.freeze, learning.tally, gone, unbound),
        *strike_constants(program, learning.constants),
        *strike_steps(program, learning.steps, gone),
        *strike_gradients(program, learning.gradients, gone),
    ]
    edits += cap_loops(program, learning.stops)
    prelude = UNBOUND.format(name=unbound) if any(unbound in e.text for e in edits) else ""
    if prelude:
        _refuse_future_imports(program)
    edits.sort(key=lambda edit: (edit.cell, edit.start))
    return Struck(edited(cells, edits), prelude, edits)


def _refuse_future_imports(program: ParsedProgram) -> None:
    """Raise Unwritable for an import that must be the first statement of its file."""
    for cell, node in program.nodes():
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            raise Unwritable(cell, node.lineno, "this import must come before a function of ours")


def strike_updates(
    program: ParsedProgram,
    freeze: Collection[str],
    tally: Collection[str],
    gone: set[int],
    unbound: str = "unbound",
) -> Iterator[Edit]:
    """Yield the edits that strike out the updates of these names.

    `gone` receives the identities of the statements that are struck out.
    """
    groups: dict[int, list[Found]] = {}
    for one, _ in updates_in(program.trees, freeze, tally):
        groups.setdefault(id(one.node), []).append(one)
    for found in groups.values():
        yield from _strike_update(program, found, gone, unbound)


def _strike_update(
    program: ParsedProgram, found: list[Found], gone: set[int], unbound: str
) -> Iterator[Edit]:
    """Strike out one statement, or only those of its targets that learn."""
    node, cell = found[0].node, found[0].cell
    first_may_bind = not found[0].from_itself and not all(_is_bound(program, one) for one in found)
    if not _others(node, found):
        if first_may_bind:
            yield from _guard(program, found, gone, unbound)
        else:
            gone.add(id(node))
            yield from strike(program.source(cell), cell, node)
        return
    if first_may_bind or any(one.how != "assign" for one in found):
        names = ", ".join(ast.unparse(one.target) for one in found)
        raise Unwritable(cell, node.lineno, f"one statement changes `{names}` and binds others")
    for one in found:
        start, end = _range(one.target)
        yield Edit(cell, start, end, "_", f"`{ast.unparse(one.target)}` is not assigned")


def _others(node: ast.stmt, found: Sequence[Found]) -> bool:
    """Return whether a statement binds anything that does not learn."""
    if any(isinstance(part, ast.NamedExpr) for part in ast.walk(node)):
        return True
    targets = node.targets if isinstance(node, ast.Assign) else []
    learning = {ast.dump(one.target) for one in found}
    return any(ast.dump(part) not in learning for target in targets for part in flat(target))


def _is_bound(program: ParsedProgram, one: Found) -> bool:
    match one.target:
        case ast.Name(id=name):
            return program.is_bound_before(name, one.cell, one.node)
        case ast.Subscript(value=ast.Name(id=name), slice=index) if any(
            isinstance(part, ast.Slice) for part in ast.walk(index)
        ):
            return program.is_bound_before(name, one.cell, one.node)
    return False


def _guard(
    program: ParsedProgram, found: list[Found], gone: set[int], unbound: str
) -> Iterator[Edit]:
    """Let a statement run only as long as its targets have no value."""
    node, cell = found[0].node, found[0].cell
    if program.source(cell).before((node.lineno, node.col_offset)).strip():
        raise Unwritable(cell, node.lineno, "another statement on this line comes before an update")
    names = ", ".join(ast.unparse(one.target) for one in found)
    gone.add(id(node))
    start = node.lineno, node.col_offset
    yield Edit(cell, start, start, f"if {unbound}(lambda: [{names}]): ", "runs only once")


def strike_constants(program: ParsedProgram, constants: Mapping[str, float]) -> Iterator[Edit]:
    """Yield the edits that give top-level names another value, wherever they are assigned."""
    for cell, tree in enumerate(program.trees, start=1):
        for node in _outside_functions(tree):
            yield from _replace(cell, node, constants)


def _outside_functions(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Assign | ast.AnnAssign):
            yield child
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _outside_functions(child)


def _replace(cell: int, node: ast.stmt, constants: Mapping[str, float]) -> Iterator[Edit]:
    for name, value in _assigned(node):
        if name not in constants:
            continue
        new, note = repr(constants[name]), f"`{name}` is {constants[name]:g}"
        if value is not None and _is_literal(value):
            yield Edit(cell, *_range(value), new, note)
        else:  # what it was made from may print or draw random numbers
            end = node.end_lineno or node.lineno, node.end_col_offset or 0
            yield Edit(cell, end, end, f"; {name} = {new}", note)


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield each name that a statement binds, with its value if it has one of its own."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(
            targets
        ) == len(values):
            for target, value in zip(targets, values, strict=True):
                if isinstance(target, ast.Name):
                    yield target.id, value
        case ast.Assign(targets=targets):
            for target in targets:
                for part in flat(target):
                    if isinstance(part, ast.Name):
                        yield part.id, None
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value


def _is_literal(value: ast.expr) -> bool:
    inner = value.operand if isinstance(value, ast.UnaryOp) else value
    return isinstance(inner, ast.Constant)


def _range(node: ast.expr) -> tuple[tuple[int, int], tuple[int, int]]:
    end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return (node.lineno, node.col_offset), end
