"""Where a program compares the answers of its network with the right ones.

`(prediction == y).mean()`, `y - output`, `torch.eq(a, b)`, `zip(predictions, labels)`: each is
rewritten into a call of an observer, which sees both sides and may put another answer in the place
of the network's. Works on syntax trees alone, with the standard library.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from site_tools.analysis.learned_names import Learned, Scope, inner_scope
from site_tools.analysis.syntax import called_name, words
from site_tools.analysis.training import with_callers

OBSERVER = "__answers__"
"""The name, among the builtins, of the object that rewritten code calls."""

_OPERATORS = {ast.Eq: "eq", ast.NotEq: "ne", ast.Sub: "sub", ast.BitXor: "xor"}

_METHODS = {"eq", "ne", "sub", "equal", "not_equal", "subtract"}
"""Methods of arrays that compare."""

_EQUALITY = {"eq", "ne", "xor", "equal", "not_equal", "array_equal", "accuracy_score"}
"""Comparisons that take the commonest answer, not the mean; and rarely happen inside a network."""

_SUSPENDS = (ast.Await, ast.Yield, ast.YieldFrom)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values that a site compares."""

    depends: bool
    """Whether it depends on what the program learns."""
    learned: bool
    """Whether it is what the program learns, such as a weight."""
    constant: bool
    """Whether it is written as a number."""
    reads: frozenset[str] = frozenset()
    """The names in it."""


@dataclass(frozen=True, slots=True)
class AnswerSite:
    """A place in the code that may compare answers."""

    name: str
    """The operator, function or method: `eq`, `sub`, `zip`."""
    sides: tuple[Side, ...]
    function: str
    """The function around it; empty at top level."""

    @property
    def equality(self) -> bool:
        """Return whether equal values count, and not near ones."""
        return self.name in _EQUALITY


class Rewriter(ast.NodeTransformer):
    """Rewrites each site into a call of the observer; line numbers stay those of the author."""

    def __init__(self, learned: Learned) -> None:
        self.learned = learned
        self.sites: list[AnswerSite] = []
        self._scope: Scope = ()

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        outer, self._scope = self._scope, (*self._scope, node.name)
        node.body = [self.visit(statement) for statement in node.body]
        self._scope = outer
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function

    def _comprehension(self, node: ast.AST) -> ast.AST:
        outer, self._scope = self._scope, inner_scope(node, self._scope)
        self.generic_visit(node)
        self._scope = outer
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def _compare(self, node: ast.Compare) -> ast.AST:
        name = _OPERATORS.get(type(node.ops[0])) if len(node.ops) == 1 else None
        sides = [node.left, *node.comparators]
        return self._site(node, name, sides) if name else self.generic_visit(node)

    visit_Compare = _compare

    def _subtract(self, node: ast.BinOp) -> ast.AST:
        name = _OPERATORS.get(type(node.op))
        return self._site(node, name, [node.left, node.right]) if name else self.generic_visit(node)

    visit_BinOp = _subtract

    def _called(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(func=ast.Attribute(value=left, attr=name), args=[right], keywords=[]) if (
                name in _METHODS
            ):
                return self._site(node, f"method {name}", [left, right])
        given = [*node.args, *[keyword.value for keyword in node.keywords]]
        spread = any(isinstance(argument, ast.Starred) for argument in node.args)
        spread = spread or any(keyword.arg is None for keyword in node.keywords)
        if len(given) < 2 or spread:  # noqa: PLR2004
            return self.generic_visit(node)
        return self._site(node, f"call {called_name(node)}", given, node)

    visit_Call = _called

    def _site(
        self, node: ast.expr, how: str, sides: list[ast.expr], call: ast.Call | None = None
    ) -> ast.AST:
        kind, _, name = how.rpartition(" ")
        described = tuple(map(self._side, sides))
        plain = not any(isinstance(part, _SUSPENDS) for part in ast.walk(node))
        self.generic_visit(node)
        if not plain:
            return node
        number = len(self.sites)
        functions = [name for name in self._scope if name[:1] != "<"]
        self.sites.append(AnswerSite(name, described, ".".join(functions)))
        begin = ast.Call(_observer("begin"), [], [])
        head: list[ast.expr] = [ast.Constant(number), begin]
        if call is not None:
            new = ast.Call(_observer("call"), [*head, call.func, *call.args], call.keywords)
        else:
            # The operands were visited in place: take them from the node again.
            operands = _operands(node)
            new = ast.Call(_observer(kind or "operate"), [*head, ast.Constant(name), *operands], [])
        new.__dict__["site"] = number
        return ast.copy_location(new, node)

    def _side(self, node: ast.expr) -> Side:
        constant = isinstance(node, ast.Constant) or (
            isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)
        )
        depends = self.learned.depends(node, self._scope)
        learned = self.learned.is_learned_itself(node)
        return Side(depends, learned, constant, frozenset(words(node)))


def _observer(method: str) -> ast.Attribute:
    return ast.Attribute(ast.Name(OBSERVER, ast.Load()), method, ast.Load())


def _operands(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.Compare(left=left, comparators=[right]):
            return [left, right]
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.Call(func=ast.Attribute(value=left), args=[right]):
            return [left, right]
    raise TypeError(node)


@dataclass
class Steps:
    """The top-level statements of a program that compute a metric, nearest to its end first."""

    trees: Sequence[ast.Module]
    trains: Callable[[ast.AST], bool]
    """Whether a piece of code trains the network."""
    _flat: list[ast.stmt] = field(default_factory=list)

    def __post_init__(self) -> None:
        for tree in self.trees:
            self._flat += self._flatten(tree.body)

    def _flatten(self, body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """Yield statements that do not train; of a loop that trains, those inside it.

        Those inside an `if` or a `with` too: a loop computes a metric in some of its rounds only,
        and without gradients.
        """
        for statement in body:
            if not self.trains(statement) and not isinstance(statement, ast.If | ast.With):
                yield statement
                continue
            for block in ("body", "orelse", "finalbody"):
                if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    yield from self._flatten(getattr(statement, block, []))

    def behind(self, metric: ast.expr, *, kept: Collection[str]) -> Iterator[ast.stmt]:
        """Yield the statements that compute what a metric reads, the last one first.

        Names in `kept` are not computed again.
        """
        needed = _loaded(metric) - set(kept)
        for statement in reversed(self._flat):
            bound = bound_names(statement)
            if bound & needed and not bound & set(kept):
                if isinstance(statement, ast.Assign | ast.AnnAssign):
                    needed -= _stored_names(statement)
                needed |= _loaded(statement) - set(kept)
                yield statement


def _stored_names(node: ast.AST) -> set[str]:
    names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _loaded(node: ast.AST) -> set[str]:
    """Return the names that code reads, also those that it adds to."""
    names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    added = [part.target for part in ast.walk(node) if isinstance(part, ast.AugAssign)]
    read = {name.id for name in names if not isinstance(name.ctx, ast.Store)}
    return read | {target.id for target in added if isinstance(target, ast.Name)}


def assigned_names(statement: ast.stmt) -> set[str]:
    """Return the names that a plain assignment gives a new value."""
    return _stored_names(statement) if isinstance(statement, ast.Assign | ast.AnnAssign) else set()


def added_to(steps: Sequence[ast.stmt]) -> set[str]:
    """Return the names that statements add to, and that none of them has given a value before.

    `correct += 1` and `total = total + len(labels)`: repeated, they go on from their last values.
    """
    found: set[str] = set()
    fresh: set[str] = set()
    parts = [part for step in steps for part in _in_order(step)]
    for part in parts:
        own = _stored_names(part.target if isinstance(part, ast.AugAssign) else part)
        if isinstance(part, ast.AugAssign):
            found |= own & _bare(part.target) - fresh
        elif isinstance(part, ast.Assign | ast.AnnAssign):
            found |= (own & _loaded(part)) - fresh
            fresh |= own
    return found


def _in_order(step: ast.stmt) -> list[ast.stmt]:
    """Return a statement and those inside it, in the order of their lines."""
    inside = [part for part in ast.walk(step) if isinstance(part, ast.stmt)]
    return sorted(inside, key=lambda part: (part.lineno, part.col_offset))


def _bare(target: ast.expr) -> set[str]:
    return {target.id} if isinstance(target, ast.Name) else set()


def collected(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Yield the lists, dictionaries and arrays that a statement stores values in.

    Each with the expression that reads the last value afterwards: `losses[-1]`, `scores[rate]`.
    """
    for node in ast.walk(statement):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append")):
                last = ast.UnaryOp(ast.USub(), ast.Constant(1))
                yield name, ast.Subscript(ast.Name(name, ast.Load()), last, ast.Load())
            case ast.Subscript(value=ast.Name(id=name), slice=key, ctx=ast.Store()):
                yield name, ast.Subscript(ast.Name(name, ast.Load()), key, ast.Load())


def bound_names(statement: ast.stmt) -> set[str]:
    """Return the names that a statement binds, or whose contents it stores or collects."""
    if isinstance(
        statement,
        ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom,
    ):
        return set()
    found = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Subscript(value=value, ctx=ast.Store()):
                found |= {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append")):
                found.add(name)
    return found


@dataclass
class Coverage:
    """Whether a metric is made from answers that were replaced, and from nothing else that learns.

    In `mse(p, y) - other_loss`, only the first term has answers to replace: the result would
    compare a simple answer with a trained network.
    """

    learned: Learned
    used: Collection[int]
    """The sites whose answers are replaced."""
    functions: Collection[str]
    """Functions with such a site, or that call one of them."""
    _names: set[str] = field(default_factory=set)
    """Names that hold a result of one."""

    def is_whole(self, steps: Sequence[ast.stmt], metric: ast.expr) -> bool:
        """Return whether statements and a metric depend on learning through sites only."""
        for step in steps:
            if self._covers(step):
                self._names |= bound_names(step)
        parts = [*steps, metric]
        return self._covers(metric) and not any(self._mixes(part) for part in parts)

    def _covers(self, node: ast.AST) -> bool:
        return any(
            part.__dict__.get("site") in self.used
            or (isinstance(part, ast.Call) and _function(part) in self.functions)
            or (isinstance(part, ast.Name) and _is_read(part) and part.id in self._names)
            for part in _valued(node)
        )

    def _mixes(self, node: ast.AST) -> bool:
        """Return whether a covered part meets another one that depends on what is learned."""
        if node.__dict__.get("site") in self.used:
            return False
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.expr):
            values = [c for c in children if isinstance(c, ast.expr)]
            covered = [self._covers(child) for child in values]
            rest = [child for child, known in zip(values, covered, strict=True) if not known]
            if any(covered) and any(self.learned.depends(child) for child in rest):
                return True
        return any(map(self._mixes, children))


def _valued(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of code whose values matter; of `len(losses)` they do not."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        sized = part.args if isinstance(part, ast.Call) and called_name(part) == "len" else []
        if any(isinstance(argument, ast.Name | ast.Attribute) for argument in sized):
            continue
        yield part
        waiting += ast.iter_child_nodes(part)


def _is_read(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)


def _function(call: ast.Call) -> str:
    """Return the name of the function in a call, also in a rewritten one."""
    if call.__dict__.get("site") is not None and len(call.args) > _FUNCTION:
        inner = call.args[_FUNCTION]
        return str(getattr(inner, "attr", getattr(inner, "id", "")))
    return called_name(call)


_FUNCTION = 2
"""The position of the function among the arguments of a rewritten call."""


def functions_with(trees: Sequence[ast.Module], start: Collection[str]) -> set[str]:
    """Return these functions, and those that call them."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    functions = [n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return with_callers(functions, start)
