"""Names of a scope → what is read for them, and whose contents they may share.

A scope is a function, or the top level of a program. A name that only holds numbers shares nothing;
what a function returns may share the contents of all that it gets.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from site_tools.analysis.syntax import imported_names
from site_tools.analysis.targets import flat, pairs

FRESH = {
    *("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like"),
    *("len", "range", "float", "int", "str", "sum", "item", "tolist", "copy", "clone", "mean"),
}
"""Functions and methods whose result shares nothing with what they get."""

_CONTAINERS = ast.List | ast.Dict | ast.Set | ast.Tuple | ast.ListComp | ast.DictComp | ast.SetComp

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Scope = Definition | ast.Lambda


class Origins:
    """What the names of one scope were made from, directly or not."""

    def __init__(self, parts: Sequence[ast.AST]) -> None:
        self.made_from = _made_from(parts, read_by, with_parts=True)
        self.shares = _made_from(parts, _shared_by, with_parts=False)
        """Only what a name may share its contents with: to store in a new list changes nothing that
        the list holds."""

    def with_shared(self, names: Iterable[str]) -> set[str]:
        """Return these names and those whose contents they may share."""
        names = set(names)
        return names.union(*(self.shares.get(name, set()) for name in names))


def parts_of(statement: ast.AST) -> Iterator[ast.AST]:
    """Yield all parts of a statement that run when it runs: no bodies of functions."""
    yield statement
    if not isinstance(statement, Scope):
        for child in ast.iter_child_nodes(statement):
            yield from parts_of(child)


def chain_of(node: ast.AST) -> Iterator[ast.AST]:
    """Yield an expression, what it is a part of, and so on: of `a.b[0]` also `a.b` and `a`."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        yield node
        node = node.func if isinstance(node, ast.Call) else node.value


def arguments_of(scope: ast.AST) -> set[str]:
    """Return the names of a function's arguments."""
    own = getattr(scope, "args", None)
    return {one.arg for one in ast.walk(own) if isinstance(one, ast.arg)} if own else set()


def bound_by(parts: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the names that parts of statements bind, those of comprehensions aside."""
    inner = {id(n) for p in parts if isinstance(p, ast.comprehension) for n in ast.walk(p.target)}
    for part in parts:
        match part:
            case _ if id(part) in inner:
                pass
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.Import() | ast.ImportFrom():
                yield from (name for name, _ in imported_names([part]))
            case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name):
                yield name
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                yield name


def locals_of(node: ast.AST) -> set[str]:
    """Return the arguments of a function and the names that it binds; none of anything else."""
    if not isinstance(node, _Function):
        return set()
    body = node.body if isinstance(node.body, list) else [node.body]
    parts = [part for statement in body for part in parts_of(statement)]
    return (arguments_of(node) | set(bound_by(parts))) - declared_global(node)


def declared_global(body: ast.AST) -> set[str]:
    """Return the names that a function declares global."""
    found = [node for node in ast.walk(body) if isinstance(node, ast.Global | ast.Nonlocal)]
    return {name for node in found for name in node.names}


def read_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement reads, also when a function that it defines is called."""
    if isinstance(node, Scope):
        yield from free_names(node)
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    loops = [node] if isinstance(node, ast.For) else getattr(node, "generators", ())
    own = {n.id for loop in loops for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
    for child in ast.iter_child_nodes(node):
        found = read_by(child)
        yield from (
            found if child is getattr(node, "iter", None) else (n for n in found if n not in own)
        )


def free_names(scope: Scope) -> set[str]:
    """Return the names that a function or a class reads and does not bind itself."""
    children = list(ast.iter_child_nodes(scope))
    parts = [part for child in children for part in parts_of(child)]
    own = (arguments_of(scope) | set(bound_by(parts))) - declared_global(scope)
    return {name for child in children for name in read_by(child)} - own


def _assigned(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each target with what is assigned to it, or what a loop takes it from."""
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from (pair for target in targets for pair in pairs(target, value))
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                yield target, value
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield from ((part, one) for part in flat(target) for one in _elements(value))
            case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
                yield from ((part, value) for part in flat(target))


def _elements(value: ast.expr) -> Iterator[ast.expr]:
    """Yield what a loop over this may give: of `zip([a, b], c)` it is a, b, and what c holds."""
    match value:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            pass
        case ast.Call(func=ast.Name(id="zip" | "enumerate" | "reversed"), args=parts):
            pass
        case _:
            yield value
            return
    for part in parts:
        yield from _elements(part)


def constant_names(nodes: Sequence[ast.AST]) -> set[str]:
    """Return the names that are only assigned literal numbers and texts."""
    constant: set[str] = set()
    other: set[str] = set()
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()):
                constant.add(name)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if all(
                isinstance(value, ast.Constant) for value in values
            ):
                constant.update(name.id for name in names if isinstance(name, ast.Name))
            case ast.Assign() | ast.For() | ast.With():
                other.update(bound_by(list(parts_of(node))))
    return constant - other


def _made_from(
    parts: Iterable[ast.AST], read: Callable[[ast.AST], Iterable[str]], *, with_parts: bool
) -> dict[str, set[str]]:
    """Return for each name what is `read` from all that is assigned to it, directly or not.

    `with_parts` also from what is assigned to an item or an attribute of it.
    """
    made: dict[str, set[str]] = {}
    for target, value in _assigned(parts):
        root = target
        while isinstance(root, ast.Subscript | ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and (root is target or with_parts):
            made.setdefault(root.id, set()).update(read(value))
    return closed(made)


def closed(made: dict[str, set[str]]) -> dict[str, set[str]]:
    """Add to what each name was made from what those were made from, and so on; return it."""
    grown = True
    while grown:
        grown = False
        for own in made.values():
            before = len(own)
            own.update(*(made.get(name, ()) for name in list(own)))
            grown = grown or len(own) > before
    return made


def _shared_by(value: ast.AST) -> Iterator[str]:
    """Yield the names whose contents the value of an expression may share."""
    match value:
        case ast.Name(id=name):
            yield name
        case ast.Call(func=function):
            name = getattr(function, "attr", getattr(function, "id", ""))
            if name not in FRESH:
                children: list[ast.AST] = [*value.args, *(one.value for one in value.keywords)]
                children += [function.value] if isinstance(function, ast.Attribute) else []
                for child in children:
                    yield from _shared_by(child)
        case ast.BinOp() | ast.Compare() | ast.UnaryOp() | ast.JoinedStr() | ast.Constant():
            return
        case _ if isinstance(value, _CONTAINERS):
            return
        case _:
            for child in ast.iter_child_nodes(value):
                yield from _shared_by(child)


def functions_held(
    nodes: Iterable[ast.AST], defined: Mapping[str, Sequence[Definition]]
) -> dict[str, set[str]]:
    """Return for each name the program's functions that are assigned to it and not called."""
    held: dict[str, set[str]] = {}
    for target, value in _assigned(nodes):
        if not isinstance(target, ast.Name):
            continue
        called = {id(n.func) for n in ast.walk(value) if isinstance(n, ast.Call)}
        for one in ast.walk(value):
            if isinstance(one, ast.Name) and one.id in defined and id(one) not in called:
                held.setdefault(target.id, set()).add(one.id)
    return held
