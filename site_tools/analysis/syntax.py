"""The text of a cell: its syntax tree, and one of its lines as a message shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache

PROGRAMS = 16
"""How many programs are kept with what was found in them: a command asks many things of one post
before it comes to the next."""

LONGEST_TEXT = 48
"""Characters of a statement that a message shows."""


def parse(source: str) -> ast.Module:
    """Return a cell's syntax tree; an empty one when it cannot be parsed."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


def parse_program(cells: Sequence[str]) -> Sequence[ast.Module]:
    """Return the syntax trees of all cells, to be read only: they are shared by who asks again."""
    return _parse_program(tuple(cells))


@lru_cache(maxsize=PROGRAMS)
def _parse_program(cells: tuple[str, ...]) -> tuple[ast.Module, ...]:
    return tuple(map(parse, cells))


def imported_names(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield each name that an import binds, and its full name: `np` is `numpy`."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)


def called_name(call: ast.Call) -> str:
    """Return the last name of what is called: `step` of `optimizer.step()`; empty if none."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def arguments_given(call: ast.Call, parameters: Sequence[str]) -> Iterator[tuple[str, ast.expr]]:
    """Yield each parameter of a call with its argument, up to the first starred one."""
    for name, value in zip(parameters, call.args, strict=False):
        if isinstance(value, ast.Starred):
            break
        yield name, value
    yield from ((one.arg, one.value) for one in call.keywords if one.arg)


def words(node: ast.AST | None) -> set[str]:
    """Return the names in an expression, without `self`: of `self.W["a"]` they are W and a.

    Names that the expression binds itself, as `for p in …` in a comprehension does, are left out.
    """
    return {name for _, name in uses(node)} if node is not None else set()


def uses(
    node: ast.AST, owned: Container[str] = (), methods: Container[str] | None = None
) -> set[tuple[str, str]]:
    """Return what kind of thing each name in an expression is: `name`, `attribute` or `key`.

    The owners of `owned` attributes are left out: of `p.data` only data is left. If `methods` are
    given, no other attributes are reported.
    """
    return set(_reads(node, frozenset(), owned, methods))


def _reads(
    node: ast.AST,
    bound: frozenset[str],
    owned: Container[str],
    methods: Container[str] | None,
) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Name(id=name) if name != "self" and name not in bound:
            yield "name", name
        case ast.Attribute(attr=name):
            if methods is None or name in owned or name in methods:
                yield "attribute", name
            if name in owned:
                return
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            yield "key", key
        case ast.Lambda(args=arguments):
            bound |= {part.arg for part in ast.walk(arguments) if isinstance(part, ast.arg)}
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            for one in node.generators:
                yield from _reads(one.iter, bound, owned, methods)
                targets = [part for part in ast.walk(one.target) if isinstance(part, ast.Name)]
                bound |= {target.id for target in targets}
    for child in ast.iter_child_nodes(node):
        yield from _reads(child, bound, owned, methods)


def shorten(line: str) -> str:
    """Return a line of code without its indentation and its comment, cut to a message's length."""
    text = re.sub(r"\s+#\s.*$", "", line.strip())
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"
