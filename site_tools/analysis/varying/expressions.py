"""What the expressions of a program give, and what their assignments change."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from site_tools.analysis.syntax import called_name, shorten
from site_tools.analysis.varying.sources import (
    ADDING,
    CLOCKS_WITH_ONE_ARGUMENT,
    CLOCKS_WITHOUT_ARGUMENT,
    FOLDER_METHODS,
    ORDERLESS,
    PICKING,
    SEED_ARGUMENTS,
    SEEDED,
    SEEDED_METHODS,
    SET_METHODS,
    SOURCES,
    Kind,
    type_made_by,
)
from site_tools.analysis.varying.values import (
    NOTHING,
    Function,
    FunctionNode,
    Names,
    Source,
    Value,
    chain,
    union,
)

_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


@dataclass(frozen=True, order=True, slots=True)
class VaryingSeed:
    """A seed that comes from a source."""

    cell: int
    line: int
    text: str
    """The call that takes it."""
    source: Source


class Expressions:
    """The names of a program and what they hold while it is followed."""

    def __init__(self, full_names: dict[str, str]) -> None:
        self.full_names = full_names
        """The full names of what is imported."""
        self.found: set[Source] = set()
        self.seeds: set[VaryingSeed] = set()
        self.printed: set[Source] = set()
        """Sets of texts that are printed."""
        self.functions: dict[str, list[Function]] = {}
        """By name, methods too; those of the name of a class are its `__init__`."""
        self.attributes: dict[str, Value] = {}
        """By name, of any object."""
        self.shared: dict[str, Value] = {}
        """What functions give to names that they declare as global."""
        self.names: Names = {}
        self.cell = 0

    # Assignments.

    def assign(self, target: ast.expr, node: ast.expr) -> None:
        """Give a target the value of an expression."""
        if isinstance(target, ast.Name):
            if isinstance(node, ast.Lambda):
                self.define(target.id, node)
            if (full := self.full_name(node)) in SOURCES:
                self.full_names[target.id] = full
            for key, item in _items_with_keys(node):
                self.names[f"{target.id}[{key!r}]"] = self.value(item)
        self.bind(target, self.value(node))

    def bind(self, target: ast.expr, value: Value) -> None:
        """Give a target a value."""
        match target:
            case ast.Name(id=name):
                self.names[name] = value
                if name in self.shared:
                    self.shared[name] |= value
            case ast.Attribute(attr=name):
                self.set_attribute(name, value)
            case ast.Subscript(value=owner, slice=key):
                if isinstance(owner, ast.Name) and isinstance(key, ast.Constant):
                    self.names[f"{owner.id}[{key.value!r}]"] = value
                self._add(owner, value)
            case ast.Starred(value=inner):
                self.bind(inner, value)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                parts = value.parts
                if len(parts) != len(targets):
                    parts = (self._exposed(value, target),) * len(targets)
                for one, part in zip(targets, parts, strict=True):
                    self.bind(one, part)

    def _add(self, owner: ast.expr, value: Value) -> None:
        """Add to an object what is stored in it."""
        if isinstance(owner, ast.Name):
            self.names[owner.id] = self.names.get(owner.id, NOTHING) | value
        elif isinstance(owner, ast.Attribute):
            self.set_attribute(owner.attr, value)

    def set_attribute(self, name: str, value: Value) -> None:
        """Add to what an attribute of this name may hold, whatever object has it."""
        self.attributes[name] = self.attributes[name] | value if name in self.attributes else value

    def define(self, name: str, node: FunctionNode, *, is_method: bool = False) -> Function:
        """Return the function of a node; its first definition adds it under a name."""
        known = self.functions.setdefault(name, [])
        function = next((one for one in known if one.node is node), None)
        if function is None:
            function = Function(node, self.cell, self.names, is_method)
            known.append(function)
        function.names = self.names
        function.take([], {name: self.value(default) for name, default in _defaults(node)})
        return function

    # Expressions.

    def value(self, node: ast.expr) -> Value:
        """Return what is known about an expression's value."""
        known: dict[type, Callable[[Any], Value]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Call: self._call,
            ast.Tuple: self._tuple,
            ast.Set: self._set,
            ast.Compare: self._compare,
            ast.NamedExpr: self._named,
            ast.Lambda: lambda _: NOTHING,
            **dict.fromkeys((ast.BoolOp, ast.BinOp, ast.IfExp), self._combined),
            **dict.fromkeys(_Comprehension.__args__, self._comprehension),
        }
        return known.get(type(node), self._sequence)(node)

    def _name(self, node: ast.Name) -> Value:
        value = self.names.get(node.id, NOTHING)
        return value | self.shared[node.id] if node.id in self.shared else value

    def _constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, str | bytes):
            return Value(type="text")
        return Value(type="number") if node.value is not None else NOTHING

    def _attribute(self, node: ast.Attribute) -> Value:
        owner = self.value(node.value)
        return self.attributes.get(node.attr, replace(owner, is_set=False, parts=()))

    def _subscript(self, node: ast.Subscript) -> Value:
        owner, key = node.value, node.slice
        value = self.value(owner)
        if isinstance(key, ast.Constant):
            name = f"{owner.id}[{key.value!r}]" if isinstance(owner, ast.Name) else ""
            if name in self.names:
                return self.names[name]
            if isinstance(key.value, int) and -len(value.parts) <= key.value < len(value.parts):
                return value.parts[key.value]
        return value.item | Value(self.value(key).sources, type=value.type)

    def _tuple(self, node: ast.Tuple) -> Value:
        parts = tuple(map(self.value, node.elts))
        return replace(union(parts), is_set=False, parts=parts)

    def _set(self, node: ast.Set) -> Value:
        return replace(union(map(self.value, node.elts)).without_order, is_set=True)

    def _compare(self, node: ast.Compare) -> Value:
        value = union(map(self.value, [node.left, *node.comparators]))
        orderless = all(isinstance(op, ast.In | ast.NotIn | ast.Eq | ast.NotEq) for op in node.ops)
        return replace(value.without_order if orderless else value, type="number", is_set=False)

    def _named(self, node: ast.NamedExpr) -> Value:
        self.assign(node.target, node.value)
        return self.value(node.target)

    def _combined(self, node: ast.expr) -> Value:
        return union(self.value(n) for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr))

    def _sequence(self, node: ast.expr) -> Value:
        """Return what is known about something that has its parts in their order."""
        parts = [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)]
        made = union(self._exposed(self.value(part), node) for part in parts)
        return replace(made, type="text") if isinstance(node, ast.JoinedStr) else made

    def _comprehension(self, node: _Comprehension) -> Value:
        outer = self.names
        self.names = ChainMap({}, *chain(outer))
        walked = []
        for part in node.generators:
            walked.append(self.items(part.iter))
            self.bind(part.target, walked[-1])
            for test in part.ifs:
                self.value(test)
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        made = union(map(self.value, elements))
        self.names = outer
        if isinstance(node, ast.SetComp):
            return replace(made.without_order, is_set=True)
        return replace(union([made, *walked]), type=made.type)

    def items(self, node: ast.expr) -> Value:
        """Return what is known about each item of something that is walked over."""
        value = self.value(node)
        return self._exposed(union(value.parts) if value.parts else value, node)

    def _exposed(self, value: Value, where: ast.expr) -> Value:
        """Return a value whose order matters from now on: that of a set is a source."""
        if not value.is_set:
            return value
        if value.type == "number":
            return replace(value, is_set=False)
        source = self._source(where, "set", sure=value.type == "text")
        return replace(value, is_set=False, sources=value.sources | {source})

    def _source(self, node: ast.expr, kind: Kind, *, sure: bool) -> Source:
        source = Source(self.cell, node.lineno, shorten(ast.unparse(node)), kind, sure)
        self.found.add(source)
        return source

    # Calls.

    def _call(self, call: ast.Call) -> Value:
        name, full = called_name(call), self.full_name(call.func)
        args = [self.value(arg.value if isinstance(arg, ast.Starred) else arg) for arg in call.args]
        named = {str(keyword.arg): self.value(keyword.value) for keyword in call.keywords}
        if not full and name in self.functions:
            return self._call_own(name, args, named)
        if kind := _kind_of(call, full, union([*args, *named.values()])):
            sure = kind != "hash" or union(args).type == "text"
            source = self._source(call, kind, sure=sure)
            return Value(frozenset({source}), type=type_made_by(name))
        if full in SEEDED or (name in SEEDED_METHODS and isinstance(call.func, ast.Attribute)):
            self._seed(call, union([*args, *named.values()]))
            return NOTHING
        for key in SEED_ARGUMENTS & set(named) if name != "dict" else ():
            self._seed(call, named.pop(key))
        if name[:1].isupper():  # a class without an `__init__` of its own keeps what it gets
            for key, value in named.items():
                self.set_attribute(key, value)
        return self._call_other(call, name, [*args, *named.values()], full)

    def _call_own(self, name: str, args: Sequence[Value], named: dict[str, Value]) -> Value:
        """Pass values to functions of the program; return what they return."""
        for function in self.functions[name]:
            function.take(args, named)
            if isinstance(function.node, ast.Lambda):
                outer, self.names = self.names, function.inner_names
                function.returned = self.value(function.node.body)
                self.names = outer
        return union(function.returned for function in self.functions[name])

    def _call_other(self, call: ast.Call, name: str, given: Sequence[Value], full: str) -> Value:
        owner = NOTHING
        if isinstance(call.func, ast.Attribute) and not full:
            owner = self.value(call.func.value)
            if name in ADDING:
                self._add(call.func.value, replace(union(given), is_set=owner.is_set))
        everything = union([owner, *given])
        if name == "print" and any(value.is_set and value.type == "text" for value in given):
            self.printed.add(self._source(call, "set", sure=True))
        if name in ORDERLESS and everything.is_set and _has_key(call):  # keeps the order of equals
            source = self._source(call, "set", sure=False)
            return Value(everything.sources | {source}, type=everything.type)
        if name in ORDERLESS:
            made = replace(everything.without_order, is_set=name in {"set", "frozenset"})
            return replace(made, type="number") if name == "len" else made
        if owner.is_set and name in SET_METHODS:
            return everything
        exposed = union(self._exposed(value, call) for value in (owner, *given))
        if name in PICKING:
            exposed = exposed.item
        kept = everything if name in {"list", "tuple", "reversed", "zip", "enumerate"} else owner
        return replace(exposed, type=type_made_by(name) or kept.type)

    def _seed(self, call: ast.Call, given: Value) -> None:
        for source in self._exposed(given, call).sources:
            if source.sure:
                text = shorten(ast.unparse(call))
                self.seeds.add(VaryingSeed(self.cell, call.lineno, text, source))

    def full_name(self, node: ast.expr) -> str:
        """Return `time.time` for `t.time` after `import time as t`; empty if not known."""
        match node:
            case ast.Name(id=name) if name in self.full_names:
                return self.full_names[name]
            case ast.Name(id=("id" | "hash") as name):
                return "" if name in self.names or name in self.functions else name
            case ast.Attribute(value=owner, attr=name):
                full = self.full_name(owner)
                return full and f"{full}.{name}"
            case ast.Call(args=[ast.Constant(value=str() as module)]):
                return module if called_name(node) in {"__import__", "import_module"} else ""
        return ""


def _has_key(call: ast.Call) -> bool:
    return any(keyword.arg == "key" for keyword in call.keywords)


def _kind_of(call: ast.Call, full: str, given: Value) -> Kind | None:
    """Return of which kind of source a call is, or None."""
    if full == "hash":
        return "hash" if given.type != "number" else None
    if full in CLOCKS_WITHOUT_ARGUMENT:
        return None if call.args else "clock"
    if full in CLOCKS_WITH_ONE_ARGUMENT:
        return "clock" if len(call.args) == 1 else None
    if not full and isinstance(call.func, ast.Attribute) and call.func.attr in FOLDER_METHODS:
        return "folder"
    return SOURCES.get(full)


def _defaults(node: FunctionNode) -> Iterable[tuple[str, ast.expr]]:
    """Yield the parameters that have a default value."""
    listed = node.args
    positional = [*listed.posonlyargs, *listed.args]
    first = len(positional) - len(listed.defaults)
    for argument, default in zip(positional[first:], listed.defaults, strict=True):
        yield argument.arg, default
    for argument, own in zip(listed.kwonlyargs, listed.kw_defaults, strict=True):
        if own is not None:
            yield argument.arg, own


def _items_with_keys(node: ast.expr) -> Iterable[tuple[object, ast.expr]]:
    """Yield the items of a dictionary that is written out, with their keys."""
    match node:
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            yield from ((key.value, item) for key, item in pairs if isinstance(key, ast.Constant))
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            yield from ((keyword.arg, keyword.value) for keyword in keywords if keyword.arg)
