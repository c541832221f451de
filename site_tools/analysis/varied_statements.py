"""Changes of one whole statement: struck out, its sign turned, its weights started alike."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from site_tools.analysis.changed_starts import draws_in
from site_tools.analysis.parsed_program import ParsedProgram
from site_tools.analysis.source_edits import Edit, Source, end_of, start_of
from site_tools.analysis.struck_statements import strike
from site_tools.analysis.syntax import called_name, words
from site_tools.analysis.targets import flat, word_of
from site_tools.analysis.variant_change import IDEA, NUMBER, PART, UPDATE, Change, shown

_KNOWN = {
    "zero_grad": "the gradients are never cleared",
    "step": "the optimizer never steps",
    "backward": "no gradients are computed",
    "train": "not switched to training",
    "eval": "not switched to evaluation",
}
"""What it means to strike a call of these names."""

_SETTINGS = re.compile(
    "(manual_)?seed(_all)?|set_printoptions|use_deterministic_algorithms|filterwarnings|"
    "simplefilter|set_num_(interop_)?threads"
)
"""Calls without which a program is the same from another start, takes another time, or is not
changed at all."""

_WEIGHTS_ALIKE = 0.5
"""Not 0, at which other things than equality stop a network: products with it vanish."""


def statement_changes(program: ParsedProgram, cell: int, node: ast.stmt) -> Iterator[Change]:
    """Yield the changes of a statement as a whole; raises Unwritable where none can be written."""
    source = program.source(cell)
    if isinstance(node, ast.Assign) and program.updated.intersection(
        word_of(part) for target in node.targets for part in flat(target)
    ):  # what it binds is learned
        yield from _starts(cell, node.value)
    if isinstance(node, ast.Expr | ast.Assign):
        yield from _frozen_layers(source, cell, node)
    match node:
        case ast.AugAssign(op=ast.Add() | ast.Sub() as op, target=target):
            yield from _turned(source, cell, node, op)
            yield _struck(source, cell, node, f"{_text(source, target)} is never changed")
        case ast.AugAssign(target=target):
            yield _struck(source, cell, node, f"{_text(source, target)} is never changed")
        case ast.Expr(value=ast.Call() as call) if not _SETTINGS.fullmatch(called_name(call)):
            what = _KNOWN.get(called_name(call), "struck out")
            yield _struck(source, cell, node, what)
        case ast.Assign(targets=[target]) if _rebinds(program, cell, node, target):
            yield _struck(source, cell, node, f"{_text(source, target)} is left as it was")


def _text(source: Source, node: ast.expr) -> str:
    return shown(source.text(start_of(node), end_of(node)))


def _struck(source: Source, cell: int, node: ast.stmt, what: str) -> Change:
    first, *others = strike(source, cell, node)
    edit = Edit(first.cell, first.start, first.end, first.text, "struck out")
    return Change(what if what == "struck out" else f"struck out: {what}", (edit, *others), UPDATE)


def _rebinds(program: ParsedProgram, cell: int, node: ast.Assign, target: ast.expr) -> bool:
    """Return whether a target has a value already: without it, the program would only stop."""
    match target:
        case ast.Name(id=name):
            return name in words(node.value) and program.is_bound_before(name, cell, node)
        case ast.Subscript():
            return True
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name in words(node.value)
        case ast.Attribute():
            return True
        case ast.Tuple() | ast.List():
            own = [part for part in flat(target) if isinstance(part, ast.Name)]
            read = words(node.value)
            return bool(own) and all(
                part.id in read and program.is_bound_before(part.id, cell, node) for part in own
            )
    return False


def _turned(source: Source, cell: int, node: ast.AugAssign, op: ast.operator) -> Iterator[Change]:
    """Let an update go the opposite way."""
    between = source.text(end_of(node.target), start_of(node.value))
    old, new = ("+=", "-=") if isinstance(op, ast.Add) else ("-=", "+=")
    if old in between and node.target.end_lineno == node.value.lineno:
        line, column = end_of(node.target)
        at = column + between.index(old)
        edit = Edit(cell, (line, at), (line, at + 2), new, "the sign is turned")
        yield Change(
            f"`{new}` in place of `{old}`: the update goes the opposite way", (edit,), IDEA
        )


def _starts(cell: int, value: ast.expr) -> Iterator[Change]:
    """Start all weights that a statement draws at zero, or at one number."""
    calls = draws_in(value)
    if not calls:
        return
    for rest, title, rank in (
        ("", "the weights start at 0", PART),
        (f" + {_WEIGHTS_ALIKE}", f"the weights start all alike, at {_WEIGHTS_ALIKE}", IDEA),
    ):
        edits = []
        for call in calls:
            edits.append(Edit(cell, start_of(call), start_of(call), "(0 * ", title))
            edits.append(Edit(cell, end_of(call), end_of(call), f"{rest})"))
        yield Change(title, tuple(edits), rank)


def _frozen_layers(source: Source, cell: int, node: ast.stmt) -> Iterator[Change]:
    """Keep the first or the last layer from an optimizer that is given all parameters."""
    for call in ast.walk(node):
        if not (isinstance(call, ast.Call) and call.args):
            continue
        given = call.args[0]
        if not (isinstance(given, ast.Call) and called_name(given) == "parameters"):
            continue
        if "optim" not in source.text(start_of(call.func), end_of(call.func)) and not (
            called_name(call)[:1].isupper()
        ):
            continue
        text = source.text(start_of(given), end_of(given))
        for part, which, rank in (("[2:]", "first", IDEA), ("[:-2]", "last", NUMBER)):
            edit = Edit(cell, start_of(given), end_of(given), f"list({text}){part}", "frozen")
            yield Change(f"the {which} layer is never trained", (edit,), rank)
