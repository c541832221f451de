"""Which statements bind which name in which scope of a program.

Finer than `dataflow`: that one decides by name alone whether something can learn. Here a name of a
function is not one of the module, and of `a, b = f()` each gets its own part.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from site_tools.analysis.syntax import called_name
from site_tools.analysis.targets import given, walked

Path = tuple[int, ...]
"""Positions in nested tuples: of `(a, b), c = f()` the name b has the path 0, 1."""

EACH = -1
"""The position of whatever a loop walks over: of `for a, b in rows` the name b has EACH, 1."""

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSION = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FILLS = {"append", "extend", "insert", "add", "appendleft", "copy_", "fill_", "put", "setdefault"}
"""Methods that put their arguments into the object."""


@dataclass(eq=False, slots=True)
class Binding:
    """One value that a name may have."""

    value: ast.expr
    path: Path
    """Which part of the value it is."""
    scope: Scope
    statement: ast.AST
    around: Around
    """The statements around it."""

    @property
    def repeats(self) -> bool:
        """Return whether it may happen again and again."""
        return self.around.loops or self.scope.outer is not None


@dataclass(frozen=True, slots=True)
class Around:
    """The statements around another one, in its own function."""

    tests: tuple[ast.expr, ...] = ()
    """The conditions of `if` statements."""
    loops: bool = False


@dataclass(eq=False, slots=True)
class Scope:
    """The module, a function, or a comprehension."""

    name: str
    outer: Scope | None
    bindings: defaultdict[str, list[Binding]] = field(default_factory=lambda: defaultdict(list))
    parameters: list[str] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)
    """Names declared global or nonlocal."""
    returns: list[Binding] = field(default_factory=list)

    def owner(self, name: str) -> Scope:
        """Return the scope whose name this is when it is bound here."""
        scope = self
        while name in scope.elsewhere and scope.outer is not None:
            scope = scope.outer
        return scope


class Program:
    """All scopes of a program, with its functions and classes by name."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        self.module = Scope("", None)
        self.scopes: dict[int, Scope] = {}
        """By the identity of the node that opens the scope."""
        self.functions: dict[str, list[FunctionNode]] = {}
        self.classes: set[str] = set()
        self.attributes: defaultdict[str, list[Binding]] = defaultdict(list)
        """What is assigned to an attribute of this name, of whatever object."""
        self.calls: defaultdict[str, list[tuple[ast.Call, Scope]]] = defaultdict(list)
        for tree in trees:
            for statement in tree.body:
                self._statement(statement, self.module, Around())

    def _statement(self, node: ast.stmt, scope: Scope, around: Around) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node, scope)
                return
            case ast.ClassDef(name=name, body=body):
                self.classes.add(name)
                for part in body:
                    self._class_part(part, scope)
                return
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                scope.elsewhere |= set(names)
            case ast.Return(value=ast.expr() as value):
                scope.returns.append(Binding(value, (), scope, node, around))
        self._bindings(node, scope, around)
        around = _within(node, around)
        for child in ast.iter_child_nodes(node):
            self._child(child, scope, around, node)

    def _child(self, child: ast.AST, scope: Scope, around: Around, node: ast.AST) -> None:
        if isinstance(child, ast.stmt):
            self._statement(child, scope, around)
        elif isinstance(child, ast.expr):
            self._expression(child, scope, around, node)
        else:  # a handler, a case of a match, an item of a with, a loop of a comprehension
            self._bindings(child, scope, around)
            for part in ast.iter_child_nodes(child):
                self._child(part, scope, around, node)

    def _class_part(self, node: ast.stmt, scope: Scope) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self._function(node, scope)
            return
        for target, value, path in _bound(node):
            if isinstance(target, ast.Name):
                self.attributes[target.id].append(Binding(value, path, scope, node, Around()))

    def _function(self, node: FunctionNode, outer: Scope) -> None:
        name = getattr(node, "name", "")
        inner = Scope(name or "lambda", outer)
        arguments = node.args
        listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        extra = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        inner.parameters = [a.arg for a in [*listed, *extra]]
        self.scopes[id(node)] = inner
        if isinstance(node, ast.Lambda):
            inner.returns.append(Binding(node.body, (), inner, node, Around()))
            self._expression(node.body, inner, Around(), node)
            return
        self.functions.setdefault(name, []).append(node)
        for statement in node.body:
            self._statement(statement, inner, Around())

    def _expression(self, node: ast.expr, scope: Scope, around: Around, within: ast.AST) -> None:
        if isinstance(node, ast.Lambda):
            self._function(node, scope)
            return
        if isinstance(node, _COMPREHENSION):
            scope = Scope(scope.name, scope)
            self.scopes[id(node)] = scope
        match node:
            case ast.Call():
                self.calls[called_name(node)].append((node, scope))
            case ast.Yield(value=ast.expr() as value):
                scope.returns.append(Binding(value, (), scope, within, around))
        self._bindings(node, scope, around)
        for child in ast.iter_child_nodes(node):
            self._child(child, scope, around, within)

    def _bindings(self, node: ast.AST, scope: Scope, around: Around) -> None:
        for target, value, path in _bound(node):
            binding = Binding(value, path, scope, node, around)
            match target:
                case ast.Name(id=name):
                    scope.owner(name).bindings[name].append(binding)
                case ast.Attribute(attr=name):
                    self.attributes[name].append(binding)


def _within(node: ast.stmt, around: Around) -> Around:
    """Return what is around the statements inside of a statement."""
    match node:
        case ast.If(test=test) | ast.Match(subject=test):
            return Around((*around.tests, test), around.loops)
        case ast.While(test=test, body=body) if isinstance(body[-1], ast.Break):
            return Around((*around.tests, test), loops=True)
        case ast.For(iter=test) if any(isinstance(n, ast.Compare) for n in ast.walk(test)):
            return Around((*around.tests, test), loops=True)
        case ast.For() | ast.AsyncFor() | ast.While():
            return Around(around.tests, loops=True)
        case ast.Try(body=body):
            asserted = [n.test for n in body if isinstance(n, ast.Assert)]
            return Around((*around.tests, *asserted), around.loops)
    return around


def _bound(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, Path]]:
    """Yield each name or attribute that a node gives a value, the value, and the part of it."""
    match node:
        case ast.AugAssign(target=target, value=value):
            yield from _parts(target, value, ())
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
            for one, source in walked(target, value):
                for part, _, path in _parts(one, source, ()):
                    yield part, source, (EACH, *path) if path else ()
        case ast.Call():
            yield from _written(node)
        case _:
            for target, value in given(node):
                yield from _parts(target, value, ())


def _parts(
    target: ast.expr, value: ast.expr, path: Path
) -> Iterator[tuple[ast.expr, ast.expr, Path]]:
    match target, value:
        case ast.Tuple(elts=targets) | ast.List(elts=targets), ast.Tuple(elts=values) if len(
            targets
        ) == len(values):
            for one, source in zip(targets, values, strict=True):
                yield from _parts(one, source, path)
        case (ast.Tuple(elts=targets) | ast.List(elts=targets), _):
            for i, one in enumerate(targets):
                yield from _parts(one, value, (*path, i))
        case ast.Starred(value=inner), _:
            yield from _parts(inner, value, ())
        case ast.Subscript(value=inner, slice=index), _:
            yield from _parts(inner, value, ())
            yield from _parts(inner, index, ())
        case (ast.Name() | ast.Attribute(), _):
            yield target, value, path


def _written(call: ast.Call) -> Iterator[tuple[ast.expr, ast.expr, Path]]:
    """Yield what a call writes into an object that it is given."""
    given = [*call.args, *(k.value for k in call.keywords if k.arg != "out")]
    targets = [k.value for k in call.keywords if k.arg == "out"]
    name = called_name(call)
    if name in {"copyto", "at", "putmask", "place", "put_along_axis"} and call.args:
        targets.append(call.args[0])
        given = given[1:]
    elif name in _FILLS and isinstance(call.func, ast.Attribute):
        targets.append(call.func.value)
    elif name == "setattr" and len(given) == 3 and isinstance(given[1], ast.Constant):  # noqa: PLR2004
        yield ast.Attribute(given[0], str(given[1].value)), given[2], ()
    for target in targets:
        for value in given:
            yield from _parts(target, value, ())
