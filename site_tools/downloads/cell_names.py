"""Code cells → what they bind and read, and so which of them another cell needs.

An exercise runs its program several times: it leaves out the cells that no number depends on.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from site_tools.analysis.syntax import called_name, parse

GENERATORS = re.compile("default_rng|RandomState|Random|Generator")
"""What makes a source of random numbers: reading it changes it."""

_DRAWS = re.compile(r"\bplt\.")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True)
class CellNames:
    """The names of one code cell."""

    source: str

    @cached_property
    def draws(self) -> bool:
        """Return whether it makes a figure."""
        return bool(_DRAWS.search(self.source))

    @cached_property
    def _table(self) -> symtable.SymbolTable | None:
        try:
            return symtable.symtable(self.source, "<cell>", "exec")
        except (SyntaxError, ValueError):
            return None

    @cached_property
    def _tree(self) -> ast.Module:
        return parse(self.source)

    @cached_property
    def imports(self) -> frozenset[str]:
        """Return the names that it imports."""
        symbols = self._table.get_symbols() if self._table else []
        return frozenset(symbol.get_name() for symbol in symbols if symbol.is_imported())

    @cached_property
    def binds(self) -> frozenset[str]:
        """Return the global names that it binds."""
        found = [symbol for _, symbol in _symbols(self._table)]
        return (
            self.imports
            | {s.get_name() for s in found if s.is_global() and s.is_assigned()}
            | {
                symbol.get_name()
                for symbol in (self._table.get_symbols() if self._table else [])
                if symbol.is_assigned()
            }
        )

    @cached_property
    def changes(self) -> frozenset[str]:
        """Return the global names whose values it changes in place."""
        roots = []
        for node in _outside_functions(self._tree):
            if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
                roots.append(node.value)
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                roots += [node.value.func] * isinstance(node.value.func, ast.Attribute)
        found = {name for root in roots if (name := _root(root))}
        return frozenset(found) - self.imports

    @cached_property
    def generators(self) -> frozenset[str]:
        """Return the names that it binds to sources of random numbers."""
        return frozenset(
            target.id
            for node in self._tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
            if GENERATORS.fullmatch(called_name(node.value))
            for target in node.targets
            if isinstance(target, ast.Name)
        )

    @cached_property
    def reads(self) -> frozenset[str]:
        """Return the global names that it reads and does not bind itself before."""
        inner = {symbol.get_name() for own, symbol in _symbols(self._table) if not own}
        bound: dict[str, int] = {}
        read: dict[str, int] = {}
        for node in _outside_functions(self._tree):
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                read.setdefault(node.target.id, node.lineno)
            if isinstance(node, ast.Name):
                lines = bound if isinstance(node.ctx, ast.Store) else read
                lines[node.id] = min(node.lineno, lines.get(node.id, node.lineno))
        outer = {name for name, line in read.items() if not bound.get(name, line + 1) < line}
        targets = {n.id for loop in ast.walk(self._tree) for n in _loop_targets(loop)}
        return frozenset((outer - targets) | (inner - self.binds))


def _symbols(table: symtable.SymbolTable | None) -> Iterator[tuple[bool, symtable.Symbol]]:
    """Yield the global symbols of the functions and classes in a cell; True for what is bound."""
    for child in table.get_children() if table else []:
        for symbol in child.get_symbols():
            if symbol.is_global():
                yield symbol.is_assigned(), symbol
        yield from _symbols(child)


def _outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    for child in _run_at_once(tree):
        yield child
        yield from _outside_functions(child)


def _run_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the children of a node; of a definition only what runs with it, such as defaults."""
    if not isinstance(node, _FUNCTIONS):
        yield from ast.iter_child_nodes(node)
    elif isinstance(node, ast.ClassDef):
        yield from [*node.decorator_list, *node.bases, *node.keywords]
    else:
        yield from getattr(node, "decorator_list", [])
        yield from filter(None, [*node.args.defaults, *node.args.kw_defaults])


def _loop_targets(node: ast.AST) -> Iterator[ast.Name]:
    if isinstance(node, ast.For | ast.comprehension):
        yield from (n for n in ast.walk(node.target) if isinstance(n, ast.Name))


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def names_in(expressions: Iterable[str]) -> set[str]:
    """Return every name in some expressions."""
    trees = [parse(f"({text})") for text in expressions]
    return {n.id for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Name)}


def needed(cells: Sequence[CellNames], start: Collection[int], names: Collection[str]) -> set[int]:
    """Return the cells, counted from 1, that must run so that some cells run and names are bound.

    Figures are thought to change nothing but what they bind.
    """
    generators = frozenset().union(*(cell.generators for cell in cells))
    found, before = set(start), -1
    while len(found) > before:
        before = len(found)
        last = max(found, default=0)
        read = frozenset().union(*(cells[i - 1].reads for i in found))
        for i, cell in enumerate(cells, 1):
            gives = (
                cell.binds if cell.draws else cell.binds | cell.changes | cell.reads & generators
            )
            if gives & frozenset(names) or (i < last and gives & read):
                found.add(i)
    return found


def dependents(cells: Sequence[CellNames], number: int) -> set[int]:
    """Return a cell and the later ones that read what it, or one of them, was the last to bind."""
    found, owner = {number}, dict.fromkeys(cells[number - 1].binds, number)
    for i, cell in enumerate(cells[number:], number + 1):
        if any(name in owner for name in cell.reads):
            found.add(i)
            owner.update(dict.fromkeys(cell.binds, i))
        else:
            for name in cell.binds:
                owner.pop(name, None)
    return found
