"""Follow values that vary from run to run through a program, without running it.

Statements are followed in their order. A name holds what the last assignment gave it, and after a
branch what either branch may have given it. Functions are followed from their calls to their
parameters and from their returns to the calls. What cannot be followed, such as a value that is
read by `getattr`, is left out: a sham, which has another clock and other hashes, then shows that a
number changes, but not why.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from site_tools.analysis.syntax import imported_names, parse
from site_tools.analysis.varying.expressions import Expressions, VaryingSeed
from site_tools.analysis.varying.sources import TRACES
from site_tools.analysis.varying.values import NOTHING, Function, Source, Value, chain, union

PASSES = 4
"""How often a program is followed: each time, values come one call further."""

_Loop = ast.For | ast.AsyncFor | ast.While
_FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Varying:
    """What varies in a program."""

    seeds: tuple[VaryingSeed, ...] = ()
    """One for each line that takes one."""
    printed: tuple[Source, ...] = ()
    """Sets of strings that are printed in their order."""
    sources: tuple[Source, ...] = ()
    """In the order of the program."""
    reaching: tuple[Source, ...] = ()
    """Those that reach the expression that was asked for."""


def follow(cells: Sequence[str], expression: str = "") -> Varying:
    """Return what varies in a program, and what of it an expression at its end depends on."""
    trees = [parse(cell) for cell in cells]
    if not any(map(_can_vary, trees)):
        return Varying()
    nodes = (node for tree in trees for node in ast.walk(tree))
    imported = imported_names(nodes)
    program = _Program({name: full for name, full in imported if not full.startswith(".")})
    try:
        for _ in range(PASSES):
            program.follow(trees)
    except RecursionError:  # an expression that is nested too deeply
        return Varying()
    seeds = {(seed.cell, seed.line): seed for seed in sorted(program.seeds, reverse=True)}
    named = [node.id for node in ast.walk(parse(expression)) if isinstance(node, ast.Name)]
    reaching = union(program.names.get(name, NOTHING) for name in named)
    return Varying(
        tuple(sorted(seeds.values())),
        tuple(sorted(program.printed)),
        tuple(sorted(program.found)),
        tuple(sorted(reaching.sources)),
    )


def _can_vary(tree: ast.Module) -> bool:
    """Return whether anything in a program may be a source, by its words: most have none."""
    return any(
        isinstance(node, ast.Set | ast.SetComp)
        or getattr(node, "id", None) in TRACES
        or getattr(node, "attr", None) in TRACES
        or (isinstance(node, ast.alias) and node.name in TRACES)
        for node in ast.walk(tree)
    )


class _Program(Expressions, ast.NodeVisitor):
    """Follows the statements of a program."""

    inside: Function | None = None
    """The function that is being followed."""

    def follow(self, trees: Sequence[ast.Module]) -> None:
        """Follow the program once, and then each of its functions."""
        for self.cell, tree in zip(range(1, len(trees) + 1), trees, strict=True):
            self._block(tree.body)
        functions = {id(own.node): own for named in self.functions.values() for own in named}
        for function in functions.values():
            if not isinstance(function.node, ast.Lambda):
                outer, self.inside = self.names, function
                self.names, self.cell = function.inner_names, function.cell
                self._block(function.node.body)
                self.names, self.inside = outer, None

    def _block(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self.visit(statement)

    def generic_visit(self, node: ast.AST) -> None:
        """Follow the expressions of a statement that has nothing else."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)

    def visit_FunctionDef(self, node: _FunctionDef) -> None:
        self.define(node.name, node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            if isinstance(statement, _FunctionDef):
                kinds = {ast.unparse(one) for one in statement.decorator_list}
                method = self.define(
                    statement.name, statement, is_method="staticmethod" not in kinds
                )
                if statement.name == "__init__":
                    makers = self.functions.setdefault(node.name, [])
                    makers += [method] * (method not in makers)
            elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
                targets = getattr(statement, "targets", None) or [statement.target]  # type: ignore[union-attr]
                for target in targets:
                    if isinstance(target, ast.Name):
                        self.set_attribute(target.id, self.value(statement.value))

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self.assign(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assign(node.target, node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.bind(node.target, self.value(node.target) | self.value(node.value))

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and self.inside is not None:
            self.inside.add_returned(self.value(node.value))

    def visit_Global(self, node: ast.Global) -> None:
        for name in node.names:
            self.shared.setdefault(name, NOTHING)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._loop(node)

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_While(self, node: ast.While) -> None:
        self._loop(node)

    def visit_If(self, node: ast.If) -> None:
        self.value(node.test)
        self._branches([node.body, node.orelse])

    def visit_Try(self, node: ast.Try) -> None:
        self._branches([node.body, *(handler.body for handler in node.handlers), []])
        self._block([*node.orelse, *node.finalbody])

    def visit_TryStar(self, node: ast.TryStar) -> None:
        self._branches([node.body, *(handler.body for handler in node.handlers), []])
        self._block([*node.orelse, *node.finalbody])

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = self.value(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value)
        self._block(node.body)

    visit_AsyncWith = visit_With  # noqa: N815

    def visit_Match(self, node: ast.Match) -> None:
        self.value(node.subject)
        self._branches([*(case.body for case in node.cases), []])

    def visit_Expr(self, node: ast.Expr) -> None:
        match node.value:
            case ast.Call(func=ast.Attribute(value=owner, attr="sort")):
                self.bind(owner, self.value(owner).without_order)
            case expression:
                self.value(expression)

    def _loop(self, node: _Loop) -> None:
        """Follow a loop twice: what its body assigns comes back to its beginning."""
        before = dict(chain(self.names)[0])
        for _ in range(2):
            if isinstance(node, ast.While):
                self.value(node.test)
            else:
                self.bind(node.target, self.items(node.iter))
            self._block(node.body)
        self._merge([before, dict(chain(self.names)[0])])
        self._block(node.orelse)

    def _branches(self, blocks: Iterable[Sequence[ast.stmt]]) -> None:
        own, results = chain(self.names)[0], []
        before = dict(own)
        for block in blocks:
            own.clear()
            own.update(before)
            self._block(block)
            results.append(dict(own))
        self._merge(results)

    def _merge(self, results: Sequence[dict[str, Value]]) -> None:
        """Let each name hold what any of these branches has given it."""
        own = chain(self.names)[0]
        own.clear()
        for result in results:
            for name, value in result.items():
                own[name] = own[name] | value if name in own else value
