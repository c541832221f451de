"""A program → the same program, whose updates ask a switch before they run.

Loops are watched, so that one without end can be ended; constants can be replaced and the rows
of an array mixed. Line numbers stay those of the author.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from site_tools.analysis.changes import Found, own_nodes
from site_tools.analysis.compiled import compiled_functions
from site_tools.analysis.listed_names import Listed
from site_tools.analysis.starts import Starts, starts_of
from site_tools.analysis.targets import flat
from site_tools.analysis.training import loops_of, training_functions, trains
from site_tools.analysis.unlisted_names import others_that_learn
from site_tools.analysis.updates import Site, numbered, updates_in

SWITCH = "__learning__"
"""The name, among the builtins of a trial, of the object that instrumented code asks."""

_Node = TypeVar("_Node", bound=ast.AST)
_FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


@dataclass(slots=True)
class Instrumented:
    """A program whose updates ask before they run."""

    trees: list[ast.Module]
    sites: list[Site]
    others: list[Site]
    """The statements that must change nothing while `sites` are frozen, numbered on their own."""
    loops: int
    """How many loops the program has, watched or not."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done to a program."""

    freeze: Collection[str] = ()
    """Names whose updates ask the switch."""
    tally: Collection[str] = ()
    """Names for which counting is learning."""
    constants: Mapping[str, float] = field(default_factory=dict)
    """Top-level names and the values that they get instead."""
    ticks: bool = False
    """Whether each round of a loop counts as an update."""
    shuffle: str = ""
    """A top-level name whose rows are mixed after it is bound."""
    records: bool = False
    """Whether the switch keeps what learns: then it reads the whole of it, not an element."""
    turns: bool = False
    """Whether the switch is asked what an update leaves."""
    restarts: bool = False
    """Whether the switch is asked where what learns starts in loops and functions."""
    brief: bool = False
    """Whether each loop that trains ends after one round."""
    metrics: Sequence[str] = ()
    """In a control, the expressions that no other statement may teach."""


def instrument(cells: Sequence[str], wanted: Wanted) -> Instrumented:
    """Return the program under control.

    Raises SyntaxError as the compiler does.
    """
    trees = [compile(cell, "<cell>", "exec", _FLAGS, dont_inherit=True) for cell in cells]
    updates = updates_in(trees, wanted.freeze, wanted.tally)
    by_node: dict[int, list[Found]] = {}
    for one, _ in updates:
        by_node.setdefault(id(one.node), []).append(one)
    sites = numbered(updates, cells)
    found = zip(by_node.items(), sites, strict=True)
    others = {
        id(one.target): one
        for metric in wanted.metrics
        for one in others_that_learn(trees, Listed(metric, wanted.freeze, wanted.tally))
    }
    other_sites = numbered([(one, one.names[0]) for one in others.values()], cells)
    watched = {id(one.node): one for one in others.values()}
    starts = starts_of(trees, wanted.freeze) if wanted.restarts else Starts([], [], [])
    rewriter = _Rewriter(
        wanted,
        {node: (site, same) for (node, same), site in found},
        {n: (s, t) for (n, t), s in zip(watched.items(), other_sites, strict=True)},
        starts,
        trees,
    )
    _give_others(trees, starts.arguments)
    instrumented = [ast.fix_missing_locations(rewriter.rewrite(tree)) for tree in trees]
    return Instrumented(instrumented, sites, other_sites, len(rewriter.loops))


def _give_others(trees: Sequence[ast.Module], arguments: Sequence[ast.expr]) -> None:
    """Let these arguments of calls be values elsewhere."""
    given = set(map(id, arguments))

    def other(value: ast.expr) -> ast.expr:
        return _at(value, _call("elsewhere", value)) if id(value) in given else value

    nodes = [node for tree in trees if given for node in ast.walk(tree)]
    for call in [node for node in nodes if isinstance(node, ast.Call)]:
        call.args = [other(value) for value in call.args]
        for keyword in call.keywords:
            keyword.value = other(keyword.value)


class _Rewriter(ast.NodeTransformer):
    """Makes updates ask the switch, lets loops be watched, replaces constants."""

    def __init__(
        self,
        wanted: Wanted,
        updates: Mapping[int, tuple[Site, list[Found]]],
        others: Mapping[int, tuple[Site, Found]],
        starts: Starts,
        trees: Sequence[ast.Module],
    ) -> None:
        self.wanted, self.updates, self.others = wanted, updates, others
        self.loops = {id(node): number for number, node in enumerate(loops_of(trees))}
        self._trains = training_functions(trees, set(updates))
        self._starts = {id(one.node): one.target for one in starts.repeated}
        self._compiled = set(map(id, compiled_functions(trees)))
        self._suspends = False
        self._in_function = False

    def rewrite(self, tree: ast.Module) -> ast.Module:
        return self.visit(tree)  # type: ignore[no-any-return]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        yields = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own_nodes(node))
        return self._inside(node, suspends=yields)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._inside(node, suspends=True)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._inside(node, suspends=False)

    def _inside(self, node: ast.AST, *, suspends: bool) -> ast.AST:
        if id(node) in self._compiled:
            return node  # its body does not run as Python
        kept = self._suspends, self._in_function
        self._suspends, self._in_function = suspends, True
        self.generic_visit(node)
        self._suspends, self._in_function = kept
        return node

    def _loop(self, node: ast.For | ast.While) -> ast.AST:
        """Count the rounds of a loop that trains, or that may wait for success for ever."""
        learns = self.wanted.ticks or trains(node, set(self.updates), self._trains)
        self.generic_visit(node)
        if not learns and not isinstance(node, ast.While):
            return node
        number = self.loops[id(node)]
        name = f"__loop{number}__"  # like a name of Python's own: no metric reads it
        counted = ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "round", ast.Load()), [], [])
        node.body.insert(0, _at(node.body[0], ast.Expr(counted)))
        sampled = learns and not self._suspends  # the rounds of generators interleave
        watch = _call(
            "once" if learns and self.wanted.brief else "loop",
            ast.Constant(number),
            ast.Constant(sampled),
        )
        return _at(node, ast.With([ast.withitem(watch, ast.Name(name, ast.Store()))], [node]))

    visit_For = visit_While = _loop

    def _statement(self, node: ast.stmt) -> Any:
        if id(node) in self.others:
            site, other = self.others[id(node)]
            replaces = ast.Constant(other.how == "assign")
            seen = _call(
                "seen", ast.Constant(site.number), replaces, _reader([_whole(other.target)])
            )
            return [*self._update(node), _at(node, ast.Expr(seen))]
        return self._update(node)

    def _update(self, node: ast.stmt) -> list[ast.stmt]:
        if id(node) in self.updates:
            if self.wanted.turns:
                return _turned(node, *self.updates[id(node)])
            return [_guarded(node, *self.updates[id(node)], whole=self.wanted.records)]
        if id(node) in self._starts:
            return [node, _begun(node, self._starts[id(node)])]
        if self._in_function or not isinstance(node, ast.Assign | ast.AnnAssign):
            return [node]
        return self._top_level(node)

    visit_AugAssign = visit_Assign = visit_AnnAssign = visit_Expr = _statement

    def _top_level(self, node: ast.Assign | ast.AnnAssign) -> list[ast.stmt]:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [t.id for target in targets for t in flat(target) if isinstance(t, ast.Name)]
        statements: list[ast.stmt] = [node]
        for name in names:
            if name in self.wanted.constants:
                value = ast.Constant(self.wanted.constants[name])
                statements.append(_at(node, ast.Assign([ast.Name(name, ast.Store())], value)))
            if name == self.wanted.shuffle:
                mixed = _call("shuffled", ast.Name(name, ast.Load()))
                statements.append(_at(node, ast.Assign([ast.Name(name, ast.Store())], mixed)))
        return statements


def _leftover(node: ast.stmt, frozen: Sequence[ast.expr]) -> bool:
    """Return whether a statement binds anything that is not frozen."""
    bound = [part.target for part in ast.walk(node) if isinstance(part, ast.NamedExpr)]
    targets = node.targets if isinstance(node, ast.Assign) else []
    bound += [one for target in targets for one in flat(target)]  # type: ignore[misc]
    known = set(map(ast.dump, frozen))
    return any(ast.dump(one) not in known for one in bound)


def _guarded(node: ast.stmt, site: Site, found: list[Found], *, whole: bool) -> ast.stmt:
    """Return a statement that runs when the switch says so.

    One that binds other names as well runs in any case, and what is frozen is put back.
    """
    targets = [one.target for one in found]
    read = [_whole(target) for target in targets] if whole else targets
    learns = _call("learns", ast.Constant(site.number), _reader(read))
    if not _leftover(node, targets):
        return _at(node, ast.If(learns, [node], []))
    keep = _call("keep", ast.Constant(site.number), _reader(targets))
    bound = [i for i, one in enumerate(found) if one.how == "assign"]
    restore: ast.expr = _call(
        "restored",
        ast.Constant(site.number),
        ast.Tuple([ast.Constant(i) for i in bound], ast.Load()),
    )
    back = _bound_again([targets[i] for i in bound], restore)
    kept = ast.If(keep, [copy.deepcopy(node), _at(node, back)], [copy.deepcopy(node)])
    return _at(node, ast.If(learns, [node], [_at(node, kept)]))


def _bound_again(targets: Sequence[ast.expr], values: ast.expr) -> ast.stmt:
    """Return the statement that assigns values to targets, of which there may be none."""
    if not targets:
        return ast.Expr(values)
    return ast.Assign([ast.List([_stored(one) for one in targets], ast.Store())], values)


def _turned(node: ast.stmt, site: Site, found: list[Found]) -> list[ast.stmt]:
    """Return a statement whose change goes the way that the switch says."""
    targets = [one.target for one in found]
    number, read = ast.Constant(site.number), _reader(targets)
    bound = [i for i, one in enumerate(found) if one.how != "call"]
    indices = ast.Tuple([ast.Constant(i) for i in bound], ast.Load())
    turned = _call("turned", number, _reader(targets), indices)
    back = _at(node, _bound_again([targets[i] for i in bound], turned))
    learns = ast.Expr(_call("learns", number, _reader([_whole(target) for target in targets])))
    keeps = ast.If(_call("keep", number, read), [node, back], [copy.deepcopy(node)])
    return [_at(node, learns), _at(node, keeps)]


def _begun(node: ast.stmt, target: ast.expr) -> ast.stmt:
    """Return the statement that lets a target start elsewhere, after one that binds it."""
    return _at(node, ast.Assign([_stored(target)], _call("elsewhere", _loaded(target))))


def _whole(target: ast.expr) -> ast.expr:
    """Return what an element is part of: of `W[i, j]` it is W."""
    return _whole(target.value) if isinstance(target, ast.Subscript) else target


def _reader(targets: list[ast.expr]) -> ast.expr:
    """Return a lambda that reads the targets; it raises when one is not bound yet."""
    nothing = ast.arguments([], [], None, [], [], None, [])
    return ast.Lambda(nothing, ast.List([_loaded(target) for target in targets], ast.Load()))


def _loaded(target: ast.expr) -> ast.expr:
    fresh = copy.deepcopy(target)
    fresh.ctx = ast.Load()  # type: ignore[attr-defined]
    return fresh


def _stored(target: ast.expr) -> ast.expr:
    fresh = copy.deepcopy(target)
    fresh.ctx = ast.Store()  # type: ignore[attr-defined]
    return fresh


def _call(method: str, *arguments: ast.expr) -> ast.Call:
    switch = ast.Name(SWITCH, ast.Load())
    return ast.Call(ast.Attribute(switch, method, ast.Load()), list(arguments), [])


def _at(place: ast.AST, new: _Node) -> _Node:
    return ast.copy_location(new, place)
