"""Which names of a program depend on which, by name alone.

What learns feeds back: a weight's change depends on the weight, through the predictions made
with it. A tally (`hits += right`), a schedule (`rate *= 0.99`) and a copy (`w = good`) go on as
they would without what they changed before. Where the names do not decide it, feedback is assumed.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from site_tools.analysis.own_uses import Own
from site_tools.analysis.syntax import called_name, imported_names, uses, words
from site_tools.analysis.targets import given, walked

_ALIASES = (ast.Name, ast.Attribute, ast.Subscript, ast.List, ast.Tuple, ast.Dict, ast.Starred)
"""Expressions that hand on what they name, so that changing the one changes the other."""

_ANYTHING = "?"
"""Represents what a function that is handed around may be called with."""

_CALL = "__call__"

_TAKE_KEY = {"max", "min", "sorted", "sort"}

_BUILT_IN = frozenset(dir(builtins))

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_Callable: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _bound(target: ast.AST) -> set[str]:
    """Return the names of a target, without those of its indices."""
    match target:
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)):
            return {key} | _bound(value)
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return _bound(value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return set().union(*map(_bound, parts))
        case ast.Attribute(value=value, attr=name):
            return {name} | _bound(value)
    return words(target)


class Flow:
    """What each name of a program is made from."""

    def __init__(
        self,
        trees: Sequence[ast.Module],
        without: Iterable[ast.expr] = (),
        *,
        mutable: bool = True,
        branches: bool = False,
    ) -> None:
        """Follow a program; `without` are targets whose changes are left out.

        With `mutable`, anything that a name is handed to may change all of it. Otherwise functions
        and loops only change what they visibly do, and an attribute is not its whole object. With
        `branches`, what a loop or a branch changes is made from its conditions too, as the steps
        are that a walk takes to its goal.
        """
        self._without = set(map(id, without))
        self._sources: defaultdict[str, set[str]] = defaultdict(set)
        self._handed_on: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """For each name, in how many statements another one is an alias of it."""
        nodes = [node for tree in trees for node in ast.walk(tree)]
        self._functions: dict[str, _Callable] = {
            node.name: node for node in nodes if isinstance(node, _Function)
        }
        for node in nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
                    self._functions[name] = function
        self._classes = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
        self._changed = None if mutable else {name for node in nodes for name in _altered(node)}
        stored = {n.attr for n in nodes if isinstance(n, ast.Attribute) and _is_stored(n)}
        self._owned = set() if mutable else stored - set(self._functions)
        fields = {name for node in nodes for name in _fields(node)}
        self._methods = None if mutable else fields | set(self._functions)
        own = {*self._functions, *self._classes}  # a name may come from a module of the program
        self._modules = {name for name, _ in imported_names(nodes)} - own
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        called = set(map(called_name, calls))
        known = {id(function) for call in calls for function in _called_back(call)}
        handed = {n.id for n in nodes if isinstance(n, ast.Name) and id(n) not in known} - called
        for node in nodes:
            if isinstance(node, _Function | ast.ClassDef):
                self._define(node, handed)
        for node in nodes:
            self._take(node)
            if branches and isinstance(node, ast.For | ast.While | ast.If):
                self._branch(node)

    def words(self, node: ast.AST | None) -> set[str]:
        """Return the names that an expression reads."""
        if node is None:
            return set()
        found = {name for _, name in uses(node, self._owned, self._methods)}
        return found | {_CALL} if self._calls_object(node) else found

    def _calls_object(self, node: ast.AST) -> bool:
        """Return whether an expression may run a `__call__` of the program, as `self(x)` does."""
        if _CALL not in self._functions:
            return False
        calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
        names = {function.id for function in calls if isinstance(function, ast.Name)}
        return bool(names - {*self._functions, *self._classes, *self._modules, *_BUILT_IN})

    def is_module(self, name: str) -> bool:
        """Return whether a name was imported."""
        return name in self._modules

    def defines(self, function: str) -> bool:
        """Return whether the program itself has a function or a method of this name."""
        return function in self._functions

    def feeds_back(self, target: ast.expr, name: str, value: ast.expr, *, adds: bool) -> bool:
        """Return whether a new value for a name depends on what the name held before.

        With `adds`, the value is added to what the name holds, as in `n += 1`. Otherwise it
        replaces it, and one mention in a sum does not count, as in `n = n + 1`.
        """
        own = Own(name, target, self._functions)
        uses = own.uses(value, adds=adds)
        if uses["mixed"] or uses["plain"] > 1 or self._handed_over(value, name):
            return True
        return self._reaches(own.others(value), name, itself=isinstance(value, _ALIASES))

    def decides(self, target: ast.expr, name: str, test: ast.expr) -> bool:
        """Return whether a condition depends on a name, as `y * f(x) < 0` or `x @ w > 0` do.

        A bound on the name alone, as in `score > best`, does not count.
        """
        if Own(name, target, self._functions).decides(test):
            return True
        return self._reaches(self.words(test) - {name}, name, itself=False)

    def closure(self, start: Iterable[str]) -> set[str]:
        """Return these names and all that they are made from, directly or not."""
        waiting, seen = list(start), set(start)
        while waiting:
            fresh = self._sources[waiting.pop()] - seen
            seen |= fresh
            waiting += fresh
        return seen

    def _handed_over(self, value: ast.expr, name: str) -> bool:
        """Return whether a name is an argument of something that the program made at run time."""
        for node in ast.walk(value):
            match node:
                case ast.Call(func=ast.Name(id=called), args=given, keywords=named):
                    known = called in self._functions or self.is_module(called)
                    arguments = set().union(*map(self.words, [*given, *[k.value for k in named]]))
                    if name in arguments and not (known or hasattr(builtins, called)):
                        return True
        return False

    def _reaches(self, start: set[str], name: str, *, itself: bool) -> bool:
        """Return whether anything that these names are made from is the name itself.

        With `itself`, the statement in question hands the names on, which does not count.
        """
        waiting, seen = list(start), set(start)
        while waiting:
            word = waiting.pop()
            if word in {name, _ANYTHING}:
                return True
            aliases = set(self._handed_on[word])
            if itself and word in start and self._handed_on[word][name] == 1:
                aliases.discard(name)
            fresh = (self._sources[word] | aliases) - seen
            seen |= fresh
            waiting += fresh
        return False

    def _define(self, node: _Function | ast.ClassDef, handed: set[str]) -> None:
        """Make a function or a class from all that its body names."""
        for statement in node.body:
            self._add({node.name}, self.words(statement))
        if isinstance(node, _Function) and node.name in handed:
            self._add({a.arg for a in node.args.args}, {_ANYTHING})

    def _take(self, node: ast.AST) -> None:
        match node:
            case ast.AugAssign(target=target, value=value):
                self._change(target, self.words(value))
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                self._walk(target, value)
            case ast.Call():
                self._call(node)
            case _:
                for target, value in given(node):
                    self._bind(target, value)

    def _branch(self, node: ast.For | ast.While | ast.If) -> None:
        inside = [part for statement in node.body for part in ast.walk(statement)]
        tests = [part.test for part in [node, *inside] if isinstance(part, ast.While | ast.If)]
        read = set().union(*map(self.words, tests))
        for part in inside:
            match part:
                case ast.Assign(targets=targets):
                    for target in targets:
                        self._change(target, read)
                case (
                    ast.AugAssign(target=target)
                    | ast.Expr(value=ast.Call(func=ast.Attribute(value=target)))
                ):
                    self._change(target, read)

    def _walk(self, target: ast.expr, value: ast.expr) -> None:
        for one, source in walked(target, value):
            self._add(_bound(one), self.words(source))
            if self._may_change(_bound(one)):
                self._add(self.words(source), _bound(one))

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=False))
        for one, source in pairs:
            if isinstance(source, ast.Lambda):  # a function: made from its parameters too
                source = source.body  # noqa: PLW2901
            self._change(one, self.words(source))
            if isinstance(source, _ALIASES) and id(one) not in self._without:
                for word in self.words(source):
                    self._handed_on[word].update(_bound(one))

    def _call(self, call: ast.Call) -> None:
        """Hand arguments on to parameters, and to the object whose method is called."""
        given = [*call.args, *[keyword.value for keyword in call.keywords]]
        all_words = set().union(*map(self.words, given))
        if isinstance(call.func, ast.Attribute):
            self._change(call.func.value, all_words)
        written = [keyword.value for keyword in call.keywords if keyword.arg == "out"]
        if called_name(call) in {"copyto", "at"}:
            written += call.args[:1]
        for target in written:
            self._change(target, all_words)
        for name in _called_back(call):
            if back := self._functions.get(name.id):
                self._add(_parameters(back), all_words - {name.id} | self.words(call.func))
        function = self._functions.get(called_name(call))
        if function is None and (self._changed is None or called_name(call) in self._classes):
            function = self._functions.get("__init__")
        if function is None:
            return
        for parameter in _parameters(function):
            self._add({parameter}, all_words)
            if self._may_change({parameter}):
                self._add(all_words, {parameter})

    def _may_change(self, names: set[str]) -> bool:
        return self._changed is None or bool(names & self._changed)

    def _change(self, target: ast.expr, sources: set[str]) -> None:
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        for part in parts:
            if id(part) not in self._without:
                self._add(_bound(part), sources)

    def _add(self, targets: Iterable[str], sources: set[str]) -> None:
        for target in set(targets) - self._modules:
            self._sources[target] |= sources - self._modules


def _altered(node: ast.AST) -> set[str]:
    """Return the names of things that a node changes a part of, or that it changes in place."""
    match node:
        case (
            ast.Subscript(value=value, ctx=ast.Store())
            | ast.Attribute(value=value, ctx=ast.Store())
        ):
            return _bound(value)
        case ast.AugAssign(target=target):
            return _bound(target)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner))):
            return _bound(owner)
        case ast.Call(keywords=keywords):
            return set().union(*[_bound(k.value) for k in keywords if k.arg == "out"])
    return set()


def _called_back(call: ast.Call) -> list[ast.Name]:
    """Return the function that a call of Python's own calls with each part of its other arguments.

    It is `key` of `max(words, key=score)`, and the first argument of `map(score, words)`.
    """
    given = [k.value for k in call.keywords if k.arg == "key" and called_name(call) in _TAKE_KEY]
    given += call.args[:1] if called_name(call) in {"map", "filter"} else []
    return [function for function in given if isinstance(function, ast.Name)]


def _fields(node: ast.AST) -> set[str]:
    """Return the attributes that a class declares in its body."""
    if not isinstance(node, ast.ClassDef):
        return set()
    targets: list[ast.expr] = [p.target for p in node.body if isinstance(p, ast.AnnAssign)]
    targets += [t for part in node.body if isinstance(part, ast.Assign) for t in part.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _is_stored(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


def _parameters(function: _Callable) -> list[str]:
    arguments = function.args
    listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    extra = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [a.arg for a in [*listed, *extra] if a.arg != "self"]
