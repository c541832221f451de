"""Which names of a program are made from what it learns, and which are not.

A prediction is made from the weights, the answers that it is compared with are not. Values are
followed forwards, by name and by scope: through assignments, loops, and the arguments of the
program's own functions.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from site_tools.analysis.syntax import called_name
from site_tools.analysis.targets import given, walked

Scope = tuple[str, ...]
"""The names of the functions around a piece of code, outermost first; empty at top level."""

_Key = tuple[Scope, str]
"""A name in its scope. Attributes and string keys have one scope for the whole program."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef

_FIELD: Scope = (".",)
"""The scope of attributes and string keys."""

_SIZES = {"shape", "size", "ndim", "dtype", "device"}
"""Attributes that do not depend on the values of an array."""

_COLLECTS = {"append", "add", "appendleft", "extend", "insert", "setdefault", "update"}
"""Methods that put their arguments into an object."""

_OPTIMIZERS = {"SGD", "Adam", "AdamW", "Adagrad", "Adadelta", "Adamax", "RMSprop", "Rprop", "LBFGS"}
"""Classes of torch whose first argument is what they train."""

_FITS = {"fit", "partial_fit", "fit_transform", "fit_predict"}
"""Methods that train their object."""


_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def inner_scope(node: ast.AST, scope: Scope) -> Scope:
    """Return the scope of what is in a node; a comprehension has its own, named by its number."""
    if isinstance(node, _Function):
        return (*scope, node.name)
    if isinstance(node, _Comprehension):
        return (*scope, f"<{node.__dict__.get('number', 0)}>")
    return scope


def trained_names(trees: Sequence[ast.Module]) -> set[str]:
    """Return the names that a program trains through torch or scikit-learn."""
    found: set[str] = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="parameters")):
                found |= set(_names(owner))
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in _FITS:
                found |= set(_names(owner))
            case ast.Call(args=[first, *_]) if called_name(node) in _OPTIMIZERS:
                found |= set(_names(first))
            case ast.Call(func=ast.Attribute(value=owner, attr="requires_grad_")):
                found |= set(_names(owner))
            case ast.Assign(targets=targets, value=value) if _is_trained(value):
                found |= {name for target in targets for name in _names(target)}
    return found - {"self"}


def _names(node: ast.AST) -> Iterator[str]:
    """Yield the names in an expression, and the last ones of its attributes, without calls."""
    called = {id(part.func) for part in ast.walk(node) if isinstance(part, ast.Call)}
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name) | ast.Attribute(attr=name) if id(part) not in called:
                yield name


def _is_trained(value: ast.expr) -> bool:
    """Return whether a value is a fitted estimator, or a tensor that wants gradients."""
    if isinstance(value, ast.Call) and called_name(value) == "fit":
        return True
    nodes = list(ast.walk(value))
    named = any(isinstance(n, ast.keyword) and n.arg == "requires_grad" for n in nodes)
    return named or any(isinstance(n, ast.Call) and called_name(n) == "Parameter" for n in nodes)


@dataclass
class Learned:
    """Which expressions of a program depend on the names that it learns."""

    trees: Sequence[ast.Module]
    names: Collection[str]
    """What the program learns, as `freeze` lists it."""
    _flows: defaultdict[_Key, set[_Key]] = field(default_factory=lambda: defaultdict(set))
    """For each key, the keys that are made from it."""
    _local: dict[Scope, set[str]] = field(default_factory=dict)
    _walks: dict[Scope, set[str]] = field(default_factory=dict)
    """For each function and comprehension, the names that only a loop binds."""
    _functions: defaultdict[str, list[tuple[Scope, _Function]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _dependent: set[_Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        for tree in self.trees:
            self._declare(tree, ())
        for tree in self.trees:
            self._follow(tree, ())
        waiting = [key for key in self._keys() if self._is_start(key)]
        self._dependent = set(waiting)
        while waiting:
            fresh = self._flows[waiting.pop()] - self._dependent
            self._dependent |= fresh
            waiting += fresh

    def _is_start(self, key: _Key) -> bool:
        """Return whether a key is what is learned: not the variable of a comprehension or a loop.

        `for a, b in zip(…)` in a function has nothing to do with a bias that is called b.
        """
        scope, name = key
        return name in self.names and name not in self._walks.get(scope, ())

    def depends(self, node: ast.AST, scope: Scope = ()) -> bool:
        """Return whether the value of an expression depends on what is learned."""
        return not self._dependent.isdisjoint(self._reads(node, scope))

    def is_learned_itself(self, node: ast.AST) -> bool:
        """Return whether an expression is the name of what is learned, or a part of it."""
        match node:
            case ast.Name(id=name):
                return name in self.names
            case ast.Attribute(value=value, attr=name):
                return name in self.names or self.is_learned_itself(value)
            case ast.Subscript(value=value, slice=key):
                named = isinstance(key, ast.Constant) and key.value in self.names
                return named or self.is_learned_itself(value)
        return False

    def _keys(self) -> set[_Key]:
        return {*self._flows, *[key for keys in self._flows.values() for key in keys]}

    def _declare(self, node: ast.AST, scope: Scope) -> None:
        """Collect the local names of each function."""
        inner = inner_scope(node, scope)
        if isinstance(node, _Comprehension):
            parts = [part for one in node.generators for part in ast.walk(one.target)]
            names = {part.id for part in parts if isinstance(part, ast.Name)}
            self._local.setdefault(inner, set()).update(names)
            self._walks.setdefault(inner, set()).update(names)
        elif isinstance(node, _Function):
            self._functions[node.name].append((inner, node))
            outer = {n for s in node.body if isinstance(s, ast.Global) for n in s.names}
            names = {a.arg for a in _arguments(node)}
            names |= {
                part.id
                for part in ast.walk(node)
                if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)
            }
            self._local.setdefault(inner, set()).update(names - outer)
            self._walks.setdefault(inner, set()).update(_only_walked(node))
        elif isinstance(node, ast.ClassDef):
            makers = [n for n in node.body if isinstance(n, _Function) and n.name == "__init__"]
            self._functions[node.name] += [((*scope, maker.name), maker) for maker in makers]
        for child in ast.iter_child_nodes(node):
            self._declare(child, inner)

    def _key(self, name: str, scope: Scope) -> _Key:
        while scope and name not in self._local.get(scope, ()):
            scope = scope[:-1]
        return scope, name

    def _reads(self, node: ast.AST, scope: Scope) -> set[_Key]:
        """Return what an expression is made from."""
        found: set[_Key] = set()
        waiting = [node]
        while waiting:
            part = waiting.pop()
            match part:
                case ast.Attribute(attr=name) if name in _SIZES:
                    continue
                case ast.Call(func=ast.Name(id="len")):
                    continue
                case ast.Name(id=name) if name != "self":
                    found.add(self._key(name, scope))
                case ast.Attribute(attr=name):
                    found.add((_FIELD, name))
                case ast.Subscript(slice=ast.Constant(value=str() as key)):
                    found.add((_FIELD, key))
            waiting += ast.iter_child_nodes(part)
        return found

    def _add(self, targets: Iterable[_Key], sources: Iterable[_Key]) -> None:
        reached = set(targets)
        for source in sources:
            self._flows[source] |= reached

    def _targets(self, target: ast.expr, scope: Scope) -> set[_Key]:
        """Return what a target binds; storing in a part changes the whole."""
        match target:
            case ast.Subscript(value=value):
                key = target.slice
                named = isinstance(key, ast.Constant) and isinstance(key.value, str)
                own = {(_FIELD, str(key.value))} if named else set()  # type: ignore[attr-defined]
                return own | self._targets(value, scope)
            case ast.Attribute(value=value, attr=name):
                return {(_FIELD, name)} | self._targets(value, scope)
            case ast.Starred(value=value):
                return self._targets(value, scope)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return {key for part in parts for key in self._targets(part, scope)}
            case ast.Name(id=name) if name != "self":
                return {self._key(name, scope)}
        return set()

    def _follow(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node, scope)
            case ast.ClassDef():
                self._define_class(node, scope)
            case ast.AugAssign(target=target, value=value):
                self._bind(target, value, scope)
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                for one, source in walked(target, value):
                    self._add(self._targets(one, scope), self._reads(source, scope))
            case ast.Call():
                self._call(node, scope)
            case _:
                for target, value in given(node):
                    self._bind(target, value, scope)
        for child in ast.iter_child_nodes(node):
            self._follow(child, inner_scope(node, scope))

    def _bind(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            alike = len(target.elts) == len(value.elts)
            pairs = list(zip(target.elts, value.elts, strict=True)) if alike else pairs
        for one, source in pairs:
            reads = self._reads(source, scope)
            if isinstance(source, ast.Dict):
                keys = [k.value for k in source.keys if isinstance(k, ast.Constant)]
                reads |= {(_FIELD, key) for key in keys if isinstance(key, str)}
            self._add(self._targets(one, scope), reads)

    def _define(self, node: _Function, scope: Scope) -> None:
        """Let a function depend on what it reads that it is not given."""
        inner = (*scope, node.name)
        reads = {key for part in node.body for key in self._reads(part, inner)}
        free = {key for key in reads if key[0] != inner or key[1] in self.names}
        self._add({self._key(node.name, scope), (_FIELD, node.name)}, free)

    def _define_class(self, node: ast.ClassDef, scope: Scope) -> None:
        """Let a class depend on its methods and its bases."""
        methods = {(_FIELD, n.name) for n in node.body if isinstance(n, _Function)}
        bases = {key for base in node.bases for key in self._reads(base, scope)}
        self._add({self._key(node.name, scope)}, methods | bases)

    def _call(self, call: ast.Call, scope: Scope) -> None:
        """Hand arguments to parameters, and to the object that collects them."""
        given = [self._reads(argument, scope) for argument in call.args]
        named = {k.arg: self._reads(k.value, scope) for k in call.keywords}
        if isinstance(call.func, ast.Attribute) and call.func.attr in _COLLECTS:
            self._add(self._targets(call.func.value, scope), set().union(*given))
        spread = any(isinstance(argument, ast.Starred) for argument in call.args)
        for inner, function in self._functions.get(called_name(call), ()):
            parameters = [a.arg for a in _arguments(function) if a.arg != "self"]
            for i, parameter in enumerate(parameters):
                reads = given[i] if i < len(given) else set()
                reads = set().union(*given) if spread else reads | named.get(parameter, set())
                self._add({(inner, parameter)}, reads)


def _only_walked(function: _Function) -> set[str]:
    loops = [node for node in ast.walk(function) if isinstance(node, ast.For)]
    parts = [part for loop in loops for part in ast.walk(loop.target)]
    walks = {id(part): part.id for part in parts if isinstance(part, ast.Name)}
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    others = {n.id for n in names if not isinstance(n.ctx, ast.Load) and id(n) not in walks}
    return set(walks.values()) - others - {argument.arg for argument in _arguments(function)}


def _arguments(function: _Function) -> list[ast.arg]:
    arguments = function.args
    extra = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]
