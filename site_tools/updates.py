"""Which statements of a program are updates, and how to make them skippable.

`freeze: [syn0]` names what learns. Every statement that changes something of that name in a loop
or in a function is an update; the first binding of a name is not. Works on syntax trees alone:
knows nothing of runs, and imports nothing but the standard library, because the process of a
trial loads it too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from site_tools.feedback import Flow

LONGEST_TEXT = 48
"""Characters of a statement that a message shows."""

_KEEPS = re.compile(
    "append|extend|insert|to|cuda|cpu|float|double|half|eval|train|backward|zero_grad|zero_|"
    "requires_grad_|retain_grad|detach_|share_memory_|register_hook|normal_|uniform_|random_|"
    "bernoulli_|exponential_|cauchy_|log_normal_|geometric_"
)
"""Methods that prepare or build a thing and do not train it."""

_FIRST_ARGUMENT = re.compile("at|copyto|put|place|putmask|put_along_axis|fill_diagonal|_foreach_.*")
"""Functions of numpy and torch that write into their first argument."""

_BUILDS = re.compile("__init__|__post_init__|__new__|reset|reset_parameters|init_weights|build")
"""Functions that make a thing: what they change only once is no update."""

_OUT_POSITION = 2
"""Where a numpy function of two arguments takes `out` when it is not named."""

_RATE = re.compile(
    r"(^|_)(lr|eta|alpha|rate|step_size|learning)(_|$|\d)|^(lr|eta|alpha)", re.IGNORECASE
)
_SLOPE = re.compile(
    r"grad|delta|slope|^d_?[A-Za-z]\w{0,8}$|^g_?[A-Za-z]?\d*$|velocity|momentum|^m_?hat|update",
    re.IGNORECASE,
)
_TALLY = re.compile(r"loss|err|total|sum|count|correct|hits|acc|score|seen|epoch|step|right|mean")


@dataclass(frozen=True, slots=True)
class Site:
    """An update: where it stands, and which of its names the list holds."""

    number: int
    cell: int
    """The code cell, counted from 1."""
    line: int
    """The line in that cell, counted from 1."""
    name: str
    text: str
    """The statement's first line, shortened."""
    tallies: bool
    """Whether it tallies, if its value is a single number: it does not feed back."""
    binds: bool
    """Whether it may be the first to bind its target: then it runs."""
    slot: bool
    """Whether its target is a part of something: `N[i, j]`."""


@dataclass(slots=True)
class Found:
    """A statement that changes something."""

    node: ast.stmt
    cell: int
    targets: list[ast.expr]
    """What it changes."""
    also: int
    """How many other targets it binds."""
    how: str
    """`augment`, `assign` or `call`."""
    loops: tuple[int, ...]
    """The loops around it in its own function or at top level, outermost first."""
    scope: int
    function: str
    """The function around it, or an empty text at top level."""
    outer: frozenset[str]
    """Names that its function declares global or nonlocal."""
    value: ast.AST
    """What it computes from."""
    feeds_back: bool = True
    """Whether the change depends on what it changed before."""

    @property
    def from_itself(self) -> bool:
        """Return whether the new value is made from the old one."""
        return self.how != "assign" or any(self.reads(target) for target in self.targets)

    def reads(self, target: ast.expr) -> bool:
        """Return whether the new value is made from this target's old one."""
        kind, word = _last(target)
        nodes = [node for node in ast.walk(self.value) if isinstance(node, ast.expr)]
        return any(_last(node) == (kind, word) for node in nodes)

    @property
    def constant(self) -> bool:
        """Return whether nothing but literals and the target itself go into the new value."""
        if self.how == "call":
            return False
        if any(isinstance(target, ast.Subscript) for target in self.targets):
            return False
        own = {_last(target) for target in self.targets}
        nodes = [n for n in ast.walk(self.value) if isinstance(n, ast.expr)]
        reads = [n for n in nodes if isinstance(n, ast.Name | ast.Attribute | ast.Call)]
        inside = {id(part) for n in reads if _last(n) in own for part in ast.walk(n)}
        return not [n for n in reads if id(n) not in inside]


def names_of(target: ast.AST) -> tuple[str, ...]:
    """Return the names under which `freeze` may list a target.

    The last name of `self.layer.W` is `W`; of `p.data` it is `data`, and `p` will do as well; of
    `params["W1"]` it is `W1` or `params`; of `W[0]` it is `W`.
    """
    match target:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=value, attr="data"):
            return ("data", *names_of(value))
        case ast.Attribute(attr=name):
            return (name,)
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)):
            return (key, *names_of(value))
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return names_of(value)
    return ()


def _last(node: ast.AST) -> tuple[str, str]:
    """Return what kind of thing an expression names, and its last name."""
    match node:
        case ast.Name(id=name):
            return "name", name
        case ast.Attribute(attr=name):
            return "attribute", name
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return "key", key
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return _last(value)
    return "", str(id(node))


class _Finder(ast.NodeVisitor):
    """Lists what changes something, with the loops and the function around it."""

    def __init__(self, cell: int) -> None:
        self.cell = cell
        self.found: list[Found] = []
        self._loops: tuple[int, ...] = ()
        self._scope = 0
        self._function = ""
        self._outer: frozenset[str] = frozenset()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outer = [n for n in own_nodes(node) if isinstance(n, ast.Global | ast.Nonlocal)]
        self._enter(node, node.name, frozenset(name for n in outer for name in n.names))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._enter(node, "__init__", frozenset())

    def _enter(self, node: ast.stmt, function: str, outer: frozenset[str]) -> None:
        kept = self._loops, self._scope, self._function, self._outer
        self._loops, self._scope, self._function, self._outer = (), id(node), function, outer
        self.generic_visit(node)
        self._loops, self._scope, self._function, self._outer = kept

    visit_AsyncFunctionDef = visit_FunctionDef

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        kept = self._loops
        self._loops = (*kept, id(node))
        for part in node.body:
            self.visit(part)
        self._loops = kept
        for part in node.orelse:  # runs once, after the loop
            self.visit(part)

    visit_For = visit_AsyncFor = visit_While = _loop

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._add(node, [node.target], 0, "augment", node.value)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._assigned(node, [t for target in node.targets for t in flat(target)], node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assigned(node, [node.target], node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        self._called(node, node.value, others=0)
        self.generic_visit(node)

    def _assigned(self, node: ast.stmt, targets: list[ast.expr], value: ast.expr) -> None:
        for target in targets:
            self._add(node, [target], len(targets) - 1, "assign", value)
        self._called(node, value, others=1)
        self.generic_visit(node)

    def _called(self, node: ast.stmt, value: ast.expr, *, others: int) -> None:
        """Add what the calls of a statement change."""
        calls = [call for call in ast.walk(value) if isinstance(call, ast.Call)]
        for call in calls:
            outer = call is value and not others
            for target in _changed_by(call, discarded=outer):
                self._add(node, [target], 0 if outer else 1, "call", call)

    def _add(
        self, node: ast.stmt, targets: list[ast.expr], also: int, how: str, value: ast.AST
    ) -> None:
        place = self._loops, self._scope, self._function, self._outer
        self.found.append(Found(node, self.cell, targets, also, how, *place, value))


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions inside it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from own_nodes(child)


def flat(target: ast.expr) -> list[ast.expr]:
    """Return the single targets in a tuple of targets."""
    if isinstance(target, ast.Tuple | ast.List):
        return [inner for element in target.elts for inner in flat(element)]
    return [target.value if isinstance(target, ast.Starred) else target]


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
    found: list[Found] = []
    for cell, tree in enumerate(trees, start=1):
        finder = _Finder(cell)
        finder.visit(tree)
        found += finder.found
    flow = Flow(trees)
    for one in found:
        one.feeds_back = any(_feeds_back(one, target, flow) for target in one.targets)
    return found


def _feeds_back(one: Found, target: ast.expr, flow: Flow) -> bool:
    if one.how == "call":
        return True
    name = _last(target)[1]
    reads = [_last(n)[1] for n in ast.walk(one.value) if isinstance(n, ast.Name | ast.Attribute)]
    if reads.count(name) > (one.how == "assign"):  # more than in `w = w + …`
        return True
    return flow.reaches({word for word in reads if word != name}, name)


def _is_update(one: Found, same: list[Found]) -> bool:
    """Return whether a statement that changes a listed name is an update.

    `same` are all statements that change that name.
    """
    if one.constant and not one.loops and not one.function:
        return False
    repeated = bool(one.loops) or (bool(one.function) and not _BUILDS.fullmatch(one.function))
    if one.from_itself:
        elsewhere = any(
            o.from_itself and (o.loops or (o.function and not _BUILDS.fullmatch(o.function)))
            for o in same
        )
        return repeated or (not one.function and not elsewhere)
    if one.loops:
        deeper = [o for o in same if o.scope == one.scope and len(o.loops) > len(one.loops)]
        return not any(o.loops[: len(one.loops)] == one.loops for o in deeper)
    plain = all(isinstance(target, ast.Name) for target in one.targets)
    if plain:
        return bool(one.function) and any(name in one.outer for name in names_of(one.targets[0]))
    return repeated


def updates_in(trees: Sequence[ast.Module], names: Collection[str]) -> list[tuple[Found, str]]:
    """Return the updates of the listed names in the order of the program, each with its name."""
    found = find(trees)
    chosen: list[tuple[Found, str]] = []
    for name in names:
        same = [one for one in found if any(name in names_of(target) for target in one.targets)]
        chosen += [(one, name) for one in same if _is_update(one, same)]
    seen: dict[tuple[int, int], tuple[Found, str]] = {}
    for one, name in chosen:
        seen.setdefault((id(one.node), id(one.targets[0])), (one, name))
    return sorted(seen.values(), key=lambda item: (item[0].cell, item[0].node.lineno))


def sites(cells: Sequence[str], names: Collection[str]) -> list[Site]:
    """Return the updates of the listed names, in the order of the program."""
    return numbered(updates_in([parse(cell) for cell in cells], names), cells)


def numbered(updates: Sequence[tuple[Found, str]], cells: Sequence[str]) -> list[Site]:
    """Return a site for each statement, numbered from 0."""
    numbers: dict[int, Site] = {}
    for one, name in updates:
        if id(one.node) not in numbers:
            line = cells[one.cell - 1].splitlines()[one.node.lineno - 1]
            number = len(numbers)
            site = Site(
                number=number,
                cell=one.cell,
                line=one.node.lineno,
                name=name,
                text=shorten(line),
                tallies=not one.feeds_back,
                binds=not one.from_itself,
                slot=isinstance(one.targets[0], ast.Subscript),
            )
            numbers[id(one.node)] = site
    return list(numbers.values())


def changed_names(cells: Sequence[str]) -> set[str]:
    """Return every name that `freeze` could list."""
    found = find([parse(cell) for cell in cells])
    return {name for one in found for target in one.targets for name in names_of(target)}


def proposals(cells: Sequence[str]) -> list[Site]:
    """Return the statements that look most like updates of a network, by their own words."""
    trees = [parse(cell) for cell in cells]
    chosen = []
    for one in find(trees):
        names = names_of(one.targets[0])
        repeated = one.loops or (one.function and not _BUILDS.fullmatch(one.function))
        if names and repeated and one.from_itself and not one.constant and _is_plain(one):
            points = _points(one, names[0])
            if points > 0:
                chosen.append((points, one, names[0]))
    best = max((points for points, _, _ in chosen), default=0)
    return numbered([(one, name) for points, one, name in chosen if points >= best - 2], cells)


def _is_plain(one: Found) -> bool:
    """Return whether a statement says itself that it changes its target."""
    call = one.value
    if one.how != "call" or not isinstance(call, ast.Call):
        return True
    name = _last(call.func)[1]
    return name.endswith("_") or any(keyword.arg == "out" for keyword in call.keywords)


def _points(one: Found, name: str) -> int:
    """Return how much a statement looks like `weights -= rate * gradient`."""
    nodes = list(ast.walk(one.value))
    words = {_last(node)[1] for node in nodes if isinstance(node, ast.Name | ast.Attribute)}
    points = 3 * any(map(_RATE.search, words)) + 3 * any(map(_SLOPE.search, words))
    points += isinstance(one.node, ast.AugAssign) and isinstance(one.node.op, ast.Sub)
    points += any(isinstance(node, ast.MatMult) for node in nodes)
    points += bool(re.match(r"w|b\d*$|syn|theta|param|bias|kernel|emb|data$", name, re.IGNORECASE))
    return points - 5 * bool(_TALLY.search(name))


def parse(source: str) -> ast.Module:
    """Return a cell's syntax tree; an empty one when it cannot be parsed."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


def shorten(line: str) -> str:
    """Return a line of code without its indentation and its comment, cut to a message's length."""
    text = re.sub(r"\s+#\s.*$", "", line.strip())
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"


# Top-level names: `set` and `shuffle`


def assignments(cells: Sequence[str], names: Collection[str]) -> list[Site]:
    """Return the top-level assignments of these names, which `set` and `shuffle` can reach."""
    found = find([parse(cell) for cell in cells])
    return numbered([(one, name) for one in found for name in names if binds(one, name)], cells)


def binds(one: Found, name: str) -> bool:
    """Return whether a statement assigns a name at top level."""
    target = one.targets[0]
    is_name = isinstance(target, ast.Name) and target.id == name
    return is_name and one.how == "assign" and not one.function
