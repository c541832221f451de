"""Which names of a program depend on which, by name alone.

What learns feeds back: a weight's change depends on the weight, through the predictions made
with it. A tally (`hits += right`) and a schedule (`rate *= 0.99`) go on as they would without
what they changed before.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence

_ALIASES = (ast.Name, ast.Attribute, ast.Subscript, ast.List, ast.Tuple, ast.Dict, ast.Starred)
"""Expressions that hand on what they name, so that changing the one changes the other."""


def words(node: ast.AST | None) -> set[str]:
    """Return the last names in an expression: of `self.W["a"]` they are self, W and a."""
    found = set()
    for part in ast.walk(node) if node is not None else ():
        match part:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.Subscript(slice=ast.Constant(value=str() as key)):
                found.add(key)
    return found


class Flow:
    """What each name of a program is made from."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        self._sources: defaultdict[str, set[str]] = defaultdict(set)
        nodes = [node for tree in trees for node in ast.walk(tree)]
        functions = [n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        self._arguments = {f.name: [a.arg for a in f.args.args] for f in functions}
        for kind in (node for node in nodes if isinstance(node, ast.ClassDef)):
            inits = [
                f for f in kind.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"
            ]
            for init in inits:
                self._arguments[kind.name] = [a.arg for a in init.args.args]
        for function in functions:
            for statement in function.body:
                self._add({function.name}, words(statement))
        for node in nodes:
            self._take(node)

    def reaches(self, start: Iterable[str], name: str) -> bool:
        """Return whether anything that these names are made from is the name itself."""
        waiting, seen = list(start), set(start)
        while waiting:
            word = waiting.pop()
            if word == name:
                return True
            fresh = self._sources[word] - seen
            seen |= fresh
            waiting += fresh
        return False

    def _take(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case ast.AugAssign(target=target, value=value):
                self._bind(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, value)
            case ast.NamedExpr(target=target, value=value):
                self._bind(target, value)
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                self._add(words(target), words(value))
                self._add(words(value), words(target))
            case ast.Call(func=function, args=arguments):
                self._call(function, arguments)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=False))
        for one, source in pairs:
            self._add(words(one), words(source))
            if isinstance(source, _ALIASES):
                self._add(words(source), words(one))

    def _call(self, function: ast.expr, arguments: Sequence[ast.expr]) -> None:
        """Hand arguments on to the parameters of a function of the program."""
        name = getattr(function, "attr", getattr(function, "id", ""))
        parameters = self._arguments.get(name, [])
        if parameters[:1] == ["self"]:
            parameters = parameters[1:]
        for parameter, argument in zip(parameters, arguments, strict=False):
            self._add({parameter}, words(argument))
            self._add(words(argument), {parameter})

    def _add(self, targets: set[str], sources: set[str]) -> None:
        for target in targets:
            self._sources[target] |= sources
