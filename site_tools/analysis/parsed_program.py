"""The cells of a program with their trees: which statement and which function is around a node."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from site_tools.analysis.source_edits import Source
from site_tools.analysis.syntax import parse_program, words
from site_tools.analysis.targets import flat, word_of

Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class ParsedProgram:
    """A program as text and as trees."""

    def __init__(self, cells: Sequence[str]) -> None:
        """Parse the cells; raises SyntaxError."""
        self.cells = list(cells)
        self.sources = [Source(cell) for cell in cells]
        self.trees = parse_program(cells)
        for cell, tree in zip(cells, self.trees, strict=True):
            if not tree.body:  # as it is for a cell that cannot be parsed
                ast.parse(cell)
        self._statements: dict[int, ast.stmt] = {}
        self._scopes: dict[int, ast.stmt | None] = {}
        for tree in self.trees:
            for statement in tree.body:
                self._note(statement, statement, None)

    def _note(self, node: ast.AST, statement: ast.stmt, scope: ast.stmt | None) -> None:
        if isinstance(node, ast.stmt):
            statement = node
        self._statements[id(node)], self._scopes[id(node)] = statement, scope
        inner = node if isinstance(node, _SCOPES) else scope
        for child in ast.iter_child_nodes(node):
            self._note(child, statement, inner)

    def nodes(self) -> Iterator[tuple[int, ast.AST]]:
        """Yield every node with the number of its cell, counted from 1."""
        for cell, tree in enumerate(self.trees, start=1):
            for node in ast.walk(tree):
                yield cell, node

    @cached_property
    def updated(self) -> set[str]:
        """Return the names that a statement gives a value made from their old one."""
        found: set[str] = set()
        for _, node in self.nodes():
            match node:
                case ast.AugAssign(target=target):
                    found.add(word_of(target))
                case ast.Assign(targets=targets, value=value):
                    own = {word_of(part) for target in targets for part in flat(target)}
                    found |= own & words(value)
        return found

    def source(self, cell: int) -> Source:
        """Return the text of a cell."""
        return self.sources[cell - 1]

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """Return the innermost statement around a node."""
        return self._statements[id(node)]

    def is_bound_before(self, name: str, cell: int, statement: ast.stmt) -> bool:
        """Return whether a name has a value before a statement runs, as far as the text shows."""
        scope = self._scopes[id(statement)]
        if isinstance(scope, ast.ClassDef):
            return False
        if isinstance(scope, Function):
            outer = [n for n in ast.walk(scope) if isinstance(n, ast.Global | ast.Nonlocal)]
            if any(name in node.names for node in outer):
                return False
            if name in _required(scope):
                return True
            earlier = scope.body
        else:
            earlier = [one for tree in self.trees[: cell - 1] for one in tree.body]
            earlier = [*earlier, *_before(self.trees[cell - 1].body, statement)]
            return any(_binds(one, name) for one in earlier)
        return any(_binds(one, name) for one in _before(earlier, statement))

    def free_name(self, name: str) -> str:
        """Return a name that the program does not use: this one, or with underscores behind."""
        text = "\n".join(self.cells)
        while re.search(rf"\b{name}\b", text):
            name += "_"
        return name


def _required(function: Function) -> set[str]:
    """Return the parameters that have a value whenever the function runs."""
    arguments = function.args
    listed = [*arguments.posonlyargs, *arguments.args]
    optional = len(arguments.defaults)
    required = {argument.arg for argument in listed[: len(listed) - optional]}
    pairs = [
        *zip(listed[len(listed) - optional :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return required | {a.arg for a, default in pairs if default is None or not _is_none(default)}


def _before(statements: Sequence[ast.stmt], statement: ast.stmt) -> list[ast.stmt]:
    return [one for one in statements if (one.end_lineno or one.lineno) < statement.lineno]


def _binds(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Assign(targets=targets, value=value) if not _is_none(value):
            parts = [part for target in targets for part in flat(target)]
            return any(isinstance(part, ast.Name) and part.id == name for part in parts)
        case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value):
            return found == name and not _is_none(value)
    return False


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
