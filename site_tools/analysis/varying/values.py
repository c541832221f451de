"""What `analysis.varying` knows about a value, and about a function of the program."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from site_tools.analysis.varying.sources import ORDERS, Kind


@dataclass(frozen=True, order=True, slots=True)
class Source:
    """An expression whose value varies from run to run."""

    cell: int
    """The code cell, counted from 1."""
    line: int
    text: str
    kind: Kind
    sure: bool = True
    """False for a hash, or the order of a set, of what may be numbers: these do not vary."""


Type = Literal["", "text", "number"]


@dataclass(frozen=True, slots=True)
class Value:
    """What is known about a value."""

    sources: frozenset[Source] = frozenset()
    """Those that it depends on."""
    picked: frozenset[Source] = frozenset()
    """Those of them that vary an order from which the value was picked: sorting is too late."""
    type: Type = ""
    """Of the value, or of its items: a list of texts is `text`."""
    is_set: bool = False
    parts: tuple[Value, ...] = ()
    """The items of a tuple that was written out."""

    def __or__(self, other: Value) -> Value:
        """Return what is known about a value that is one of two, or made of them."""
        types = {self.type, other.type}
        same = len(self.parts) == len(other.parts)
        parts = zip(self.parts, other.parts, strict=False) if same else ()
        return Value(
            self.sources | other.sources,
            self.picked | other.picked,
            "text" if "text" in types else self.type if len(types) == 1 else "",
            self.is_set or other.is_set,
            tuple(one | two for one, two in parts),
        )

    @property
    def without_order(self) -> Value:
        """Return the value without the sources that only vary its order."""
        kept = frozenset(s for s in self.sources if s.kind not in ORDERS)
        return Value(kept | self.picked, self.picked, self.type)

    @property
    def item(self) -> Value:
        """Return what is known about an item that is picked from the value by its position."""
        return Value(self.sources, self.sources, self.type)


NOTHING = Value()
Names = MutableMapping[str, Value]
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def union(values: Iterable[Value]) -> Value:
    """Return what is known about a value that is made of several."""
    result: Value | None = None
    for value in values:
        result = value if result is None else result | value
    return replace(result, parts=()) if result else NOTHING


def chain(names: Names) -> list[Names]:
    """Return the names of a scope, then of those around it."""
    return [*names.maps] if isinstance(names, ChainMap) else [names]


@dataclass
class Function:
    """A function of the program, with what its calls pass and return."""

    node: FunctionNode
    cell: int
    names: Names
    """Those around it."""
    is_method: bool = False
    parameters: dict[str, Value] = field(default_factory=dict)
    returned: Value = NOTHING

    def take(self, args: Sequence[Value], named: dict[str, Value]) -> None:
        """Add the arguments of a call to the parameters."""
        listed = self.node.args
        names = [a.arg for a in [*listed.posonlyargs, *listed.args]][self.is_method :]
        for name, value in zip(names, args, strict=False):
            self._add(name, value)
        if listed.vararg:
            self._add(listed.vararg.arg, union(args[len(names) :]))
        known = {*names, *(a.arg for a in listed.kwonlyargs)}
        for name, value in named.items():
            if name in known:
                self._add(name, value)
            elif listed.kwarg:
                self._add(listed.kwarg.arg, value)

    @property
    def inner_names(self) -> Names:
        """Return a new scope with the parameters."""
        return ChainMap(dict(self.parameters), *chain(self.names))

    def add_returned(self, value: Value) -> None:
        """Add what a return statement gives."""
        first = self.returned == NOTHING
        self.returned = value if first else self.returned | value

    def _add(self, name: str, value: Value) -> None:
        self.parameters[name] = self.parameters[name] | value if name in self.parameters else value
