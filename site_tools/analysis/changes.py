"""Which statements of a program change something, and whether the change depends on what was there.

Works on syntax trees alone: knows nothing of runs, and imports nothing but the standard library,
because the process of a trial loads it too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from site_tools.analysis.dataflow import Flow
from site_tools.analysis.held_things import Held
from site_tools.analysis.put_back import put_back
from site_tools.analysis.syntax import PROGRAMS, called_name, uses, words
from site_tools.analysis.targets import flat, last_name, names_of, pairs, walked

_KEEPS = re.compile(
    "to|cuda|cpu|float|double|half|eval|train|backward|zero_grad|zero_|"
    "requires_grad_|retain_grad|detach_|share_memory_|register_hook|normal_|uniform_|random_|"
    "bernoulli_|exponential_|cauchy_|log_normal_|geometric_|load_state_dict|predict|score|transform"
)
"""Methods that prepare, build or use a thing and do not train it."""

_FIRST_ARGUMENT = re.compile("at|copyto|put|place|putmask|put_along_axis|fill_diagonal|_foreach_.*")
"""Functions of numpy and torch that write into their first argument."""

_COLLECTS = re.compile("append|extend|insert|update|add|sort|setdefault|fill|put|itemset|.*_")
"""Methods that change an object by their arguments alone."""

_GROWS = re.compile("append|extend|insert")
"""Methods that add to a list: boosting learns so, but most build a list, or keep a record."""

_BUILDS = re.compile("__init__|__post_init__|__new__|reset|reset_parameters|init_weights|build")
"""Functions that make a thing: what they change only once is no update."""

_NAMED = (ast.Name, ast.Attribute, ast.List, ast.Tuple)
"""What a loop may walk over by name."""

_OUT_POSITION = 2
"""Where a numpy function of two arguments takes `out` when it is not named."""


def is_builder(function: str) -> bool:
    """Return whether a function of this name makes a thing, or sets it up."""
    return bool(_BUILDS.fullmatch(function))


@dataclass(slots=True)
class Found:
    """A statement that changes something."""

    node: ast.stmt
    cell: int
    target: ast.expr
    """What it changes."""
    how: str
    """`augment`, `assign` or `call`."""
    loops: tuple[int, ...]
    """The loops around it in its own function or at top level, outermost first."""
    function: str
    """The function around it, or an empty text at top level."""
    outer: frozenset[str]
    """Names that its function declares global or nonlocal."""
    value: ast.expr
    """What it computes from."""
    tests: tuple[ast.expr, ...] = ()
    """The conditions of the `if` statements around it."""
    records: frozenset[str] = frozenset()
    """What the conditions read and the same branches replace, such as the best score so far."""
    names: tuple[str, ...] = ()
    """The names under which `freeze` may list it."""
    held: tuple[str, ...] = ()
    """Those of the things that it changes in place by another name, as in `for p in [w, b]`."""
    feeds_back: bool = True
    """Whether the change depends on what it changed before."""

    @property
    def from_itself(self) -> bool:
        """Return whether the new value is made from the old one."""
        if self.how == "assign":
            return last_name(self.target) in uses(self.value)
        return not (isinstance(self.value, ast.Call) and _GROWS.fullmatch(called_name(self.value)))

    @property
    def in_place(self) -> bool:
        """Return whether it may change a thing that other names hold as well."""
        into = isinstance(self.target, ast.Subscript) or last_name(self.target)[1] == "data"
        return self.how != "assign" or into

    @property
    def keeps_the_best(self) -> bool:
        """Return whether a record, such as the best score, decides that the new value stays."""
        other = self.records - set(self.names or names_of(self.target))
        return self.how == "assign" and bool(other and words(self.value) - self.records)

    @property
    def repeats(self) -> bool:
        """Return whether it may run again and again."""
        return bool(self.loops) or bool(self.function and not is_builder(self.function))


class _Finder(ast.NodeVisitor):
    """Lists what changes something, with the loops and the function around it."""

    def __init__(self, cell: int) -> None:
        self.cell = cell
        self.found: list[Found] = []
        self.walks: dict[str, set[str]] = {}
        """For each loop variable, the names of what it walks over."""
        self._loops: tuple[int, ...] = ()
        self._tests: tuple[ast.expr, ...] = ()
        self._records: frozenset[str] = frozenset()
        self._function = ""
        self._outer: frozenset[str] = frozenset()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outer = [n for n in own_nodes(node) if isinstance(n, ast.Global | ast.Nonlocal)]
        self._enter(node, node.name, frozenset(name for n in outer for name in n.names))

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._enter(node, "__init__", frozenset())

    def _enter(self, node: ast.stmt, function: str, outer: frozenset[str]) -> None:
        kept = self._loops, self._function, self._outer
        self._loops, self._function, self._outer = (), function, outer
        self.generic_visit(node)
        self._loops, self._function, self._outer = kept

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        kept = self._loops
        self._loops = (*kept, id(node))
        if isinstance(node, ast.For):
            for target, value in walked(node.target, node.iter):
                if isinstance(target, ast.Name) and isinstance(value, _NAMED):
                    self.walks.setdefault(target.id, set()).update(words(value))
        for part in node.body:
            self.visit(part)
        self._loops = kept
        for part in node.orelse:  # runs once, after the loop
            self.visit(part)

    visit_For = visit_AsyncFor = visit_While = _loop

    def visit_If(self, node: ast.If) -> None:
        kept = self._tests, self._records
        stored = [n for part in node.body for n in ast.walk(part) if isinstance(n, ast.Name)]
        replaced = {name.id for name in stored if isinstance(name.ctx, ast.Store)}
        self._tests = (*self._tests, node.test)
        self._records |= replaced & words(node.test)
        self.generic_visit(node)
        self._tests, self._records = kept

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._add(node, node.target, "augment", node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        for outer in node.targets:
            for target, value in pairs(outer, node.value):
                self._add(node, target, "assign", value)
        self._called(node, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._add(node, node.target, "assign", node.value)
            self._called(node, node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        self._called(node, node.value)

    def _called(self, node: ast.stmt, value: ast.expr) -> None:
        """Add what the calls of a statement change."""
        for call in [part for part in ast.walk(value) if isinstance(part, ast.Call)]:
            discarded = isinstance(node, ast.Expr) and call is value
            for target in _changed_by(call, discarded=discarded):
                self._add(node, target, "call", call)

    def _add(self, node: ast.stmt, target: ast.expr, how: str, value: ast.expr) -> None:
        place = self._loops, self._function, self._outer
        conditions = self._tests, self._records
        self.found.append(Found(node, self.cell, target, how, *place, value, *conditions))


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions inside it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from own_nodes(child)


def _changed_by(call: ast.Call, *, discarded: bool) -> Iterator[ast.expr]:
    """Yield what a call writes into.

    A method whose result is thrown away was called for what it does to its object.
    """
    for keyword in call.keywords:
        if keyword.arg == "out":
            yield from flat(keyword.value)
    match call:
        case ast.Call(
            func=ast.Name(id="setattr"), args=[owner, ast.Constant(value=str() as name), _]
        ):
            yield ast.copy_location(ast.Attribute(owner, name, ast.Load()), call)
        case ast.Call(func=ast.Name(id="copyto"), args=[first, *_]):
            yield first
        case ast.Call(func=ast.Attribute(attr=method), args=[first, *_]) if (
            _FIRST_ARGUMENT.fullmatch(method)
        ):
            yield first
        case ast.Call(func=ast.Attribute(value=owner, attr=method), args=arguments):
            in_place = method.endswith("_") and not method.endswith("__")
            if not _KEEPS.fullmatch(method) and (discarded or in_place):
                yield owner
            if discarded:
                yield from arguments[_OUT_POSITION : _OUT_POSITION + 1]


def find(trees: Sequence[ast.Module]) -> list[Found]:
    """Return every statement that changes something, in the order of the program."""
    return list(_find(tuple(trees)))


@lru_cache(maxsize=PROGRAMS)
def _find(trees: tuple[ast.Module, ...]) -> tuple[Found, ...]:
    found: list[Found] = []
    held = Held(trees)
    for cell, tree in enumerate(trees, start=1):
        finder = _Finder(cell)
        finder.visit(tree)
        tried = put_back(tree)
        lasting = [one for one in finder.found if id(one.node) not in tried]
        found += lasting
        for one in lasting:
            own = names_of(one.target)
            others = set().union(*[finder.walks.get(name, set()) for name in own])
            if one.in_place:
                others |= held.things([*own, *others], one.function)
                one.held = tuple(sorted(name for name in others if held.is_made(name)))
            one.names = (*own, *sorted(others - set(own)))
    flow = Flow(trees)
    for one in found:
        one.feeds_back = feeds_back(one, flow)
    return tuple(found)


def feeds_back(one: Found, flow: Flow) -> bool:
    """Return whether a change depends on what it changed before, in this flow of a program."""
    names = names_of(one.target)
    if any(map(flow.is_module, names)):
        return False
    if any(flow.decides(one.target, name, test) for name in names for test in one.tests):
        return True
    if one.keeps_the_best:
        return True
    call = one.value
    if one.how == "call" and isinstance(call, ast.Call):
        method = last_name(call.func)[1]
        is_owner = isinstance(call.func, ast.Attribute) and call.func.value is one.target
        if is_owner and (flow.defines(method) or not _COLLECTS.fullmatch(method)):
            return True  # a method of the program, or of a library: what it does is not known
        parts = [*call.args, *[k.value for k in call.keywords if k.arg != "out"]]
        given: ast.expr = ast.Tuple([part for part in parts if part is not one.target], ast.Load())
        return any(flow.feeds_back(one.target, name, given, adds=is_owner) for name in names)
    adds = one.how != "assign"
    return any(flow.feeds_back(one.target, name, one.value, adds=adds) for name in names)


def constants(found: Sequence[Found]) -> set[str]:
    """Return the names that are only ever bound to literals."""
    literal: dict[str, bool] = {}
    for one in found:
        if isinstance(one.target, ast.Name):
            is_literal = isinstance(one.value, ast.Constant) and one.how == "assign"
            literal[one.target.id] = is_literal and literal.get(one.target.id, True)
    return {name for name, is_literal in literal.items() if is_literal}
