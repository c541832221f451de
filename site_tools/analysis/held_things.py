"""Which names hold the same things: in `sgd([w, b])`, the parameter `params` holds w and b.

A statement that changes such a thing in place, such as `p -= rate * g` in `for p in params`,
changes what the other names hold. Followed are lists and tuples of names, arguments of the
program's functions, and what a class keeps of the arguments that it is made with.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence

from site_tools.analysis.syntax import arguments_given, called_name, words
from site_tools.analysis.targets import last_name, pairs

_COPIES = {"list", "tuple"}
"""Functions that make a list of the same things."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Held:
    """What the names of a program hold, by name."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        nodes = [node for tree in trees for node in ast.walk(tree)]
        self._parts: dict[str, set[str]] = defaultdict(set)
        """What is in each list and each attribute."""
        self._given: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        """What each function gets for each parameter."""
        calls = defaultdict(list)
        for node in nodes:
            if isinstance(node, ast.Assign):
                for outer in node.targets:
                    for target, value in pairs(outer, node.value):
                        self._bind(target, value)
            elif isinstance(node, ast.Call):
                calls[called_name(node)].append(node)
        for node in nodes:
            if isinstance(node, _Function):
                self._give(node.name, _parameters(node), calls[node.name])
            elif isinstance(node, ast.ClassDef):
                self._make(node, calls[node.name])

    def things(self, names: Sequence[str], function: str) -> set[str]:
        """Return the names of all that these names hold in a function, without themselves."""
        own = self._given.get(function, {})
        waiting = {part for name in names for part in own.get(name, set()) | self._of(name)}
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            found.add(name)
            waiting |= self._of(name) - found
            for given in self._given.values():
                waiting |= given.get(name, set()) - found
        return found - set(names)

    def is_made(self, name: str) -> bool:
        """Return whether a name is no list, no attribute and no parameter that holds others."""
        return not self._of(name) and not any(given.get(name) for given in self._given.values())

    def _of(self, name: str) -> set[str]:
        """Return what a list or an attribute holds; `self.params = params` has the same name."""
        return self._parts.get(name, set()) | self._given.get("__init__", {}).get(name, set())

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        """Note a list of names, and an attribute that is another name for something."""
        name = last_name(target)[1]
        parts = _things_in(value)
        if isinstance(target, ast.Attribute) or (parts and not isinstance(value, ast.Name)):
            self._parts[name] |= parts - {name}

    def _give(self, function: str, parameters: Sequence[str], calls: Sequence[ast.Call]) -> None:
        for name, value in (pair for call in calls for pair in arguments_given(call, parameters)):
            self._given[function][name] |= _things_in(value) - {name}

    def _make(self, node: ast.ClassDef, calls: Sequence[ast.Call]) -> None:
        """Note what a class gets: for `__init__`, or for the fields of a dataclass."""
        methods = {one.name: one for one in node.body if isinstance(one, _Function)}
        if init := methods.get("__init__"):
            self._give("__init__", _parameters(init), calls)
            return
        declared = (one.target for one in node.body if isinstance(one, ast.AnnAssign))
        fields = [target.id for target in declared if isinstance(target, ast.Name)]
        for name, value in (pair for call in calls for pair in arguments_given(call, fields)):
            self._parts[name] |= _things_in(value) - {name}


def _parameters(function: _Function) -> list[str]:
    """Return the names of the parameters, without `self`."""
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] == ["self"] else names


def _things_in(value: ast.expr) -> set[str]:
    """Return the names of the things in an expression; none if it computes a new value."""
    match value:
        case ast.Name() | ast.Attribute():
            return words(value)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return {name for part in parts for name in _things_in(part)}
        case ast.Call(func=ast.Name(id=name), args=[only]) if name in _COPIES:
            return _things_in(only)
    return set()
