"""Answers that a program takes from somewhere else than its network, as notes for a reviewer.

A claim compares answers with labels. Labels may reach the answers through learned values alone:
`np.where(w > 0.5, y, 1 - y)` is a function of the labels, however w came about. And a learned
value may be a part of an answer, but not decide alone which of two ready answers is given.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from site_tools.analysis.answer_flow import Reach
from site_tools.analysis.call_frames import Frame, Frames, Learning, token
from site_tools.analysis.compared_values import comparisons
from site_tools.analysis.finding import Finding
from site_tools.analysis.origins import Origins
from site_tools.analysis.ready_answers import ready_made
from site_tools.analysis.scopes import EACH, Binding, Program
from site_tools.analysis.starts import starts_of
from site_tools.analysis.syntax import called_name
from site_tools.analysis.targets import flat, names_of
from site_tools.analysis.update_candidates import proposals
from site_tools.analysis.updates import Site, sites

_DEPTH = 60
"""Steps from a metric to the comparison in it."""

_CASTS = re.compile(
    r"copy|clone|astype|float|int|long|bool|double|reshape|ravel|flatten|squeeze|unsqueeze|view|numpy|"
    r"detach|cpu|cuda|item|tolist|to|type|asarray|array|tensor|as_tensor|from_numpy|list|tuple|T|"
    r"values|flat|real|argmax|round"
)
"""Functions and attributes that give the same values in another form."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The parts of a claim that say what is measured and what learns."""

    metric: str
    freeze: tuple[str, ...] = ()
    tally: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()


def answer_leaks(
    cells: Sequence[str],
    trees: Sequence[ast.Module],
    origins: Origins,
    claims: Sequence[Measured],
) -> Iterator[tuple[int, Finding]]:
    """Yield where answers are made from labels, or are chosen, by number of claim."""
    code = _Code(trees, origins, list(cells))
    for number, claim in enumerate(claims):
        try:
            metric = ast.parse(claim.metric, mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            continue  # another rule reports it
        yield from ((number, finding) for finding in _findings(metric, claim, code))


def _findings(metric: ast.expr, claim: Measured, code: _Code) -> Iterator[Finding]:
    reach = Reach(Frames(code.program, code.origins, code.learned(claim)))
    frame = reach.frames.free(code.program.module)
    pairs = {(id(a), id(b)): (a, b, at) for a, b, at in comparisons(metric, frame, reach.frames)}
    for answer, label, where in pairs.values():
        yield from _taken_from(answer, label, where, reach)
    whole = reach.fresh(opaque=False)
    whole.reduced = True
    whole.follow(metric, frame)
    yield from ready_made(whole)
    if whole.exhausted:
        yield Finding(metric, "measures what is too intertwined to be examined")


class _Code:
    """The code of a post, examined once for all of its claims."""

    def __init__(self, trees: Sequence[ast.Module], origins: Origins, cells: list[str]) -> None:
        self.cells = cells
        self.trees, self.program, self.origins = trees, Program(trees), origins
        self._begun: dict[tuple[str, ...], set[tuple[int, int]]] = {}
        self._sites: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Site]] = {}
        self.cell_of = {id(n): i for i, tree in enumerate(trees, 1) for n in ast.walk(tree)}
        self.nodes = [node for tree in trees for node in ast.walk(tree)]
        self.others = proposals(cells)
        """What looks like an update: a second network learns, too, where a claim freezes one."""

    def _updates(self, claim: Measured) -> list[Site]:
        """Return what a claim freezes; claims that freeze the same share the answer."""
        key = (claim.freeze, claim.tally)
        if key not in self._sites:
            self._sites[key] = sites(self.cells, claim.freeze, claim.tally)
        return self._sites[key]

    def _starts(self, freeze: tuple[str, ...]) -> set[tuple[int, int]]:
        """Return where listed names start; claims that freeze the same share the answer."""
        if freeze and freeze not in self._begun:
            plain = starts_of(self.trees, freeze).plain
            self._begun[freeze] = {(one.cell, one.node.lineno) for one in plain}
        return self._begun.get(freeze, set())

    def learned(self, claim: Measured) -> Learning:
        """Return what learns: what the claim names, or else what torch or a package trains."""
        listed = {*claim.freeze, *claim.tally}
        found = self._updates(claim) if listed else []
        lines = {(site.cell, site.line) for site in [*found, *self.others]}
        lines |= self._starts(claim.freeze)  # a restart tries other values
        names = listed | {site.name for site in self.others}
        if not listed:
            names |= set(_trained_objects(self.nodes, self.origins))
        for node in self.nodes:
            if not isinstance(node, ast.Assign | ast.AugAssign):
                continue
            place = (self.cell_of[id(node)], node.lineno)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            owners = [set(names_of(part)) for target in targets for part in flat(target)]
            if place in lines:  # `params` of `params["W"]`
                names |= set().union(*(own for own in owners if own & names))
            elif _mentions(node, claim.constants, self.nodes):
                lines.add(place)
                names |= set().union(*owners)
        loose = listed - {site.name for site in found}
        return Learning(frozenset(names), frozenset(lines), frozenset(loose), self.cell_of)


def _mentions(node: ast.AST, constants: Sequence[str], nodes: Sequence[ast.AST]) -> bool:
    """Return whether a statement uses a constant, or calls a function that does."""
    if not constants:
        return False
    named = {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    bodies = [n for n in nodes if isinstance(n, ast.FunctionDef) and n.name in named]
    named |= {n.id for body in bodies for n in ast.walk(body) if isinstance(n, ast.Name)}
    return bool(named & set(constants))


def _trained_objects(nodes: Sequence[ast.AST], origins: Origins) -> Iterator[str]:
    """Yield the names of networks and parameters of torch, and of fitted models."""
    for node in nodes:
        match node:
            case ast.Attribute(
                value=ast.Name(id=name),
                attr="parameters" | "requires_grad_" | "requires_grad" | "fit" | "state_dict",
            ):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                grad = any(
                    getattr(n, "attr", "") == "requires_grad_"
                    or getattr(n, "arg", "") == "requires_grad"
                    for n in ast.walk(value)
                )
                network = isinstance(value, ast.Call) and origins.of(value.func).startswith(
                    ("torch.nn.", "torch.optim.")
                )
                if grad or network:
                    yield name


def _taken_from(answer: ast.expr, label: ast.expr, frame: Frame, reach: Reach) -> Iterator[Finding]:
    labels = dict(_labels(label, frame, reach, _DEPTH))
    if not labels:
        return
    truth = reach.fresh(opaque=False)
    truth.follow(label, frame)
    if truth.trained:
        return
    found = reach.fresh(opaque=False)
    found.follow(answer, frame)
    for name, is_part in labels.items():
        if name in found.names:
            plain = name.rpartition(":")[2].partition("(")[0]
            which = ", some rows of" if is_part else ","
            meaning = f"makes the answers from `{plain}`{which} which the metric compares them with"
            yield Finding(found.names[name], meaning)
            return
    for given in found.inputs:
        for binding, at in given.bindings:
            if _joins(binding, at, labels, reach):
                yield Finding(binding.statement, "puts the labels among the inputs of the network")
                return


def _joins(binding: Binding, frame: Frame, labels: Mapping[str, bool], reach: Reach) -> bool:
    """Return whether a statement makes labels a part of an input: `X[:, 2] = y`."""
    match binding.statement, binding.value:
        case ast.Assign(targets=[ast.Subscript(slice=ast.Tuple())]), value:
            return bool({*dict(_labels(value, frame, reach, _DEPTH))} & {*labels})
        case _, ast.Call(args=[ast.List(elts=parts) | ast.Tuple(elts=parts), *_]) | ast.Subscript(
            value=ast.Attribute(attr="c_"), slice=ast.Tuple(elts=parts)
        ):
            whole = [p for p in parts if not any(_is_bounded(n) for n in ast.walk(p))]
            given = [{*dict(_labels(part, frame, reach, _DEPTH))} for part in whole]
            return any(names.intersection(labels) for names in given) and len(parts) > 1
    return False


def _is_bounded(node: ast.AST) -> bool:
    """Return whether this takes some of the rows: shifted answers are inputs of language models."""
    return isinstance(node, ast.Slice) and bool(node.lower or node.upper)


def _labels(
    node: ast.expr, frame: Frame, reach: Reach, depth: int, *, some: bool = False
) -> Iterator[tuple[str, bool]]:
    """Yield the names whose values an expression hands on: of `y[:9] > 0.5` it is y.

    Each with whether only some rows of it are handed on, as here. An assignment is followed only if
    it renames: after `y = 3 * x` the labels are y and not x.
    """
    while depth > 0 and (inner := _plain(node)) is not None:
        node, depth = inner, depth - 1
    while depth > 0 and (inner := _same_values(node, reach.frames.origins)) is not None:
        some = some or any(map(_is_bounded, ast.walk(getattr(node, "slice", node))))
        node, depth = inner, depth - 1
    if depth > 0 and isinstance(node, ast.Name):
        for at in frame.chain():
            if node.id in at.scope.parameters or node.id in at.scope.bindings:
                yield token(at.scope, node.id), some
                yield from ((part, some) for part in _parts_of_rows(node.id, at))
                break
        values = [pair for pair in reach.frames.values(node, frame) if not _selects(pair[0], node)]
        if len(values) == 1 and _plain(values[0][0]) is None:
            yield from _labels(*values[0], reach, depth - 1, some=some)


def _parts_of_rows(name: str, frame: Frame) -> Iterator[str]:
    """Yield what a loop takes a name from: of `for x, y in rows` y is the second part of each row.

    So is what another loop takes from there, while x is not; the rows as a whole are both.
    """
    for binding in frame.scope.bindings.get(name, ()):
        if binding.path[:1] == (EACH,) and isinstance(binding.value, ast.Name):
            rows = binding.value.id
            for at in frame.chain():
                if rows in at.scope.bindings or rows in at.scope.parameters:
                    yield from (token(at.scope, rows, binding.path), token(at.scope, rows))
                    break


def _selects(value: ast.expr, name: ast.Name) -> bool:
    """Return whether a value is some rows of what a name held: `y = y[:150]` only selects."""
    return isinstance(value, ast.Subscript) and ast.unparse(value.value) == name.id


def _plain(node: ast.expr) -> ast.expr | None:
    """Return what is compared or calculated with a constant; None for anything else."""
    match node:
        case ast.Compare(left=value, comparators=[ast.Constant()]) | ast.UnaryOp(operand=value):
            return value
        case (
            ast.BinOp(left=ast.expr() as value, right=ast.Constant())
            | ast.BinOp(left=ast.Constant(), right=ast.expr() as value)
        ):
            return value
        case ast.Call(func=ast.Attribute(value=value, attr="float" | "astype" | "int" | "long")):
            return value
    return None


def _same_values(node: ast.expr, origins: Origins) -> ast.expr | None:
    """Return whose values an expression shows in another form; None if it makes new ones."""
    match node:
        case ast.Subscript(value=value, slice=index):
            return None if _is_column(index) else value
        case ast.Attribute(value=value, attr=name) if _CASTS.fullmatch(name):
            return value
        case ast.Call(args=arguments, func=func) if _CASTS.fullmatch(called_name(node)):
            own = isinstance(func, ast.Attribute) and not origins.of(func.value)
            return func.value if own else next(iter(arguments), None)  # type: ignore[attr-defined]
    return None


def _is_column(index: ast.expr) -> bool:
    """Return whether an index takes a part of each row; `[:, None]` does not."""
    if isinstance(index, ast.Tuple):
        return not all(map(_takes_all, index.elts))
    return isinstance(getattr(index, "value", None), str)


def _takes_all(index: ast.expr) -> bool:
    match index:
        case ast.Slice(lower=None, upper=None) | ast.Constant(value=None):
            return True
        case ast.Attribute(attr="newaxis"):
            return True
    return False
