"""Which names of a program hold the data that its updates are made from.

What learns is made from data: with other data it must end elsewhere. Works on syntax trees alone.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from site_tools.analysis.changes import Found, find
from site_tools.analysis.dataflow import Flow
from site_tools.analysis.syntax import PROGRAMS, called_name, parse_program, words
from site_tools.analysis.targets import names_of
from site_tools.analysis.training import training_places
from site_tools.analysis.updates import updates_in
from site_tools.analysis.value_kinds import BRINGS
from site_tools.analysis.written_names import named_elsewhere, written_names


@dataclass(frozen=True)  # no slots: each answer is kept, and found only when it is asked for
class Data:
    """The top-level names that are bound once, and hold the data of a program.

    Without listed names, the updates are those of torch: what `backward` starts from.
    """

    trees: Sequence[ast.Module]
    freeze: Collection[str]
    tally: Collection[str] = ()
    metrics: Sequence[str] = ()

    @cached_property
    def used(self) -> list[str]:
        """Return those that the updates depend on, but for what learns."""
        return self._among(self._flow, map(self._flow.words, self._sources))

    @cached_property
    def direct(self) -> list[str]:
        """Return those that the updates use as they are, and not only what is made from them."""
        return self._among(self._near, map(self._near.words, self._sources))

    @cached_property
    def measured(self) -> list[str]:
        """Return those that the metrics depend on, but for what learns."""
        return self.measured_by(self.metrics)

    def measured_by(self, metrics: Iterable[str]) -> list[str]:
        """Return those that some metrics depend on, but for what learns."""
        asked = (ast.parse(metric, mode="eval").body for metric in metrics)
        return self._among(self._flow, map(self._flow.words, asked))

    def behind(self, name: str) -> list[str]:
        """Return those that one of them is made from."""
        return self._among(self._flow, [{name}])

    def read_by(self, names: Iterable[str]) -> list[str]:
        """Return those that some names use as they are, and not only what is made from them."""
        return self._among(self._near, [set(names)])

    @cached_property
    def written(self) -> set[str]:
        """Return the names that are made from nothing but what is written in the code."""
        return written_names(find(self.trees), self.trees)

    @cached_property
    def learned(self) -> set[str]:
        """Return the names of what learns."""
        return _learned(find(self.trees), self._updates)

    @cached_property
    def draws(self) -> bool:
        """Return whether a loop or a function may draw or read numbers: new data in each step."""
        return any(BRINGS.search(word) for tree in self.trees for word in _repeated(tree))

    def _among(self, flow: Flow, starts: Iterable[set[str]]) -> list[str]:
        """Return the names that some words are made with."""
        reached = flow.closure(set().union(*starts))
        return [name for name in self.once if name in reached]

    @cached_property
    def _updates(self) -> list[Found]:
        return [one for one, _ in updates_in(self.trees, self.freeze, self.tally)]

    @cached_property
    def _sources(self) -> list[ast.expr]:
        return _made_with(self._updates, self.trees)

    @cached_property
    def _flow(self) -> Flow:
        own = [one.target for one in self._updates]
        return Flow(self.trees, without=own, mutable=False)

    @cached_property
    def _near(self) -> Flow:
        once = set(self.once)
        ends = [one.target for one in find(self.trees) if once & set(names_of(one.target))]
        own = [one.target for one in self._updates]
        return Flow(self.trees, without=[*own, *ends], mutable=False)

    @cached_property
    def once(self) -> list[str]:
        """Return the names that are bound at top level and nowhere else, but for what learns."""
        found = find(self.trees)
        bound = [
            one.target.id
            for one in found
            if one.how == "assign" and isinstance(one.target, ast.Name)
            if not (one.loops or one.function)
        ]
        deep = (one for one in found if one.loops or one.function)
        again = {name for one in deep for name in names_of(one.target)}
        return [name for name in dict.fromkeys(bound) if name not in self.learned | again]


@lru_cache(maxsize=PROGRAMS)
def data_of(cells: tuple[str, ...], freeze: tuple[str, ...], tally: tuple[str, ...]) -> Data:
    """Return the data of a program; the claims that list the same share what is found."""
    return Data(parse_program(cells), freeze, tally)


def training_statements(
    cells: Sequence[str], freeze: Collection[str], tally: Collection[str] = ()
) -> set[tuple[int, int]]:
    """Return the cells and lines of the statements at top level that train, or call what does."""
    trees = parse_program(cells)
    updates = {id(one.node) for one, _ in updates_in(trees, freeze, tally)}
    return set(training_places(trees, updates))


def is_made_from_data(
    trees: Sequence[ast.Module], freeze: Collection[str], metric: str, tally: Collection[str] = ()
) -> bool:
    """Return whether the updates use more than what is written in the code.

    Also true where they use what the metric is measured on, such as the four cases of XOR, and
    where it is measured on no data at all, or on what is written in the code as well.
    """
    found = find(trees)
    updates = [one for one, _ in updates_in(trees, freeze, tally)]
    learned = _learned(found, updates) | _modules(trees)
    own = [one.target for one in found if learned & set(names_of(one.target))]
    flow = Flow(trees, without=own, mutable=False)
    sources = _made_with(updates, trees)
    used = flow.closure(set().union(*map(flow.words, sources))) - learned
    parts = [flow.closure(flow.words(term)) for term in _terms(ast.parse(metric, mode="eval").body)]
    measured = set().union(*[part for part in parts if part & learned]) - learned
    data = {
        name
        for one in found
        if not (one.loops or one.function) and isinstance(one.value, ast.Call | ast.BinOp)
        for name in names_of(one.target)
        if not flow.closure({name}) & learned
    }
    written = written_names(found, trees)
    if not measured & data - written:
        return True
    return bool(measured & used - named_elsewhere(trees)) or not used <= written


def trains_by_gradients(trees: Sequence[ast.Module]) -> bool:
    """Return whether the program itself computes gradients with torch."""
    return any(True for _ in _losses(trees))


def _repeated(tree: ast.Module) -> Iterator[str]:
    """Yield the names in loops and functions."""
    places = (ast.For, ast.While, ast.FunctionDef, ast.Lambda, ast.ListComp, ast.GeneratorExp)
    for node in ast.walk(tree):
        if isinstance(node, places):
            yield from (part.id for part in ast.walk(node) if isinstance(part, ast.Name))
            yield from (part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute))


def _terms(value: ast.expr) -> list[ast.expr]:
    """Return what is added up in an expression."""
    match value:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_terms(left), *_terms(right)]
    return [value]


def _modules(trees: Sequence[ast.Module]) -> set[str]:
    """Return the names of which torch's parameters are taken: `net` of `net.parameters()`."""
    calls = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call)]
    return {
        call.func.value.id
        for call in calls
        if called_name(call) == "parameters" and isinstance(call.func, ast.Attribute)
        if isinstance(call.func.value, ast.Name)
    }


def made_from(trees: Sequence[ast.Module], freeze: Collection[str], metric: str) -> list[str]:
    """Return what is computed at top level from listed names before they are updated first.

    Only what the metric or the updates depend on. Copies and things of the same shape do not count.
    """
    found = find(trees)
    updates = [one for one, _ in updates_in(trees, freeze)]
    if not updates:
        return []
    flow = Flow(trees, without=[one.target for one in updates], mutable=False)
    expressions = [*_sources(updates), ast.parse(metric, mode="eval").body]
    used = flow.closure(set().union(*map(flow.words, expressions)))
    first = min((one.cell, one.node.lineno) for one in updates)
    derived = set(freeze)
    for one in found:
        place = (one.cell, one.node.lineno)
        is_plain = one.how == "assign" and isinstance(one.target, ast.Name)
        is_early = place < first and is_plain and not (one.loops or one.function)
        if is_early and not _is_copy(one.value) and derived & flow.words(one.value):
            derived.add(one.names[0])
    return sorted((derived - set(freeze)) & used)


_ALIKE = {
    "copy",
    "deepcopy",
    "clone",
    "detach",
    "zeros_like",
    "ones_like",
    "empty_like",
    "full_like",
}
"""Functions that make a copy, or another thing of the same shape."""


def _is_copy(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return called_name(value) in _ALIKE
    return isinstance(value, ast.Name | ast.Attribute | ast.List | ast.Tuple | ast.Dict)


def _made_with(updates: Sequence[Found], trees: Sequence[ast.Module]) -> list[ast.expr]:
    """Return what updates are computed from; gradients of torch, and what they are taken of."""
    sources = list(_sources(updates))
    if not updates or any("grad" in words(source) for source in sources):
        sources += _losses(trees)
    return sources


def _sources(updates: Sequence[Found]) -> Iterator[ast.expr]:
    """Yield what updates are computed from, and which part of a thing they change."""
    for one in updates:
        yield from (one.value, *one.tests)
        yield from (n.slice for n in ast.walk(one.target) if isinstance(n, ast.Subscript))


def _losses(trees: Sequence[ast.Module]) -> Iterator[ast.expr]:
    """Yield what gradients are computed of."""
    for node in [node for tree in trees for node in ast.walk(tree)]:
        match node:
            case ast.Call(func=ast.Attribute(value=owner), args=given) if called_name(node) in {
                "backward",
                "grad",
            }:
                yield from (owner, *given)


def _learned(found: Sequence[Found], updates: Sequence[Found]) -> set[str]:
    """Return the names of what learns, also of the lists that loops walk over to change it."""
    names = {name for one in updates for name in one.names}
    marked = [one for one in found if _is_parameter(one.target)]
    names |= {name for one in marked for name in one.names}
    lists = [one for one in found if one.how == "assign" and names & set(one.names)]
    return names | {
        part.id
        for one in lists
        if isinstance(one.value, ast.List | ast.Tuple)
        for part in one.value.elts
        if isinstance(part, ast.Name)
    }


def _is_parameter(target: ast.expr) -> bool:
    """Return whether a target marks or changes a tensor as torch's parameters are."""
    return isinstance(target, ast.Attribute) and target.attr in {"data", "grad", "requires_grad"}
