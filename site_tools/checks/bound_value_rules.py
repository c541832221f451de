"""Rules for expressions in prose whose values the published run gives."""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping

from site_tools.analysis.syntax import parse
from site_tools.checks.object_addresses import address_in
from site_tools.model.errors import Problem, nearest
from site_tools.model.faults import MetricFault
from site_tools.model.goals import syntax_error
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.text import cut
from site_tools.posts.bound_values import (
    MARK,
    BoundValue,
    bound_values,
    values_in_explanations,
    values_in_prose,
)
from site_tools.posts.code_html import is_like_python
from site_tools.posts.markdown_parser import inline_tokens
from site_tools.posts.markdown_parser import parse as parse_prose
from site_tools.posts.walkthrough import program_of

_FORM = f'Write it like `{MARK} f"{{error:.4f}}"`, in backticks.'
_SHOWN = 40
"""Characters of an expression that a message shows."""

_NEARLY = re.compile(r"`\s?\{(\w+)(?:\}\s+\S|\s+([^{}`]+)\}`)")
"""A mark that may be misspelt, or has the expression between its braces."""

_GIVEN = {*dir(builtins), "__name__", "__doc__"}


def prose_value_problems(post: Post) -> Iterator[Problem]:
    """Yield expressions in prose that can give no value, or not the one that a reader expects."""
    yield from _problems(post, values_in_prose(post))
    yield from misspelt_marks(post)


def misspelt_marks(post: Post) -> Iterator[Problem]:
    """Yield inline code with a misspelt `{python}`, or with the expression inside of its braces.

    It would be shown unevaluated.
    """
    for cell in post.prose_cells:
        for token in inline_tokens(parse_prose(cell.source)) if _NEARLY.search(cell.source) else ():
            match = token.type == "code_inline" and _NEARLY.match(f"`{token.content}`")
            if not match:
                continue
            place = cell.place_at(token.meta["span"][0])
            if is_like_python(match[1]):
                yield Problem(place, f"`{{{match[1]}}}` shows no value.", f"Did you mean `{MARK}`?")
            elif match[2] and f"{{{match[1]}}}" == MARK:
                remedy = f"Did you mean `{MARK} {match[2]}`?"
                yield Problem(place, f"`{cut(token.content, _SHOWN)}` shows no value.", remedy)


def comment_value_problems(post: Post) -> Iterator[Problem]:
    """Yield the same for the explanations of a program, and expressions in other comments."""
    yield from _problems(post, values_in_explanations(post))
    program = program_of(post)
    explained = {(row.cell, n) for row in program.rows for n in row.comment} if program else set()
    for number, cell in enumerate(post.code_cells, 1):
        for line in _comment_lines(cell.source) if MARK in cell.source else ():
            if (number, line) not in explained:
                what = f"a comment of the code has `{MARK}`, and code is shown as it is."
                yield Problem(cell.lines[line - 1].place, what, "Say it in the prose.")


def _comment_lines(source: str) -> Iterator[int]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and f"`{MARK} " in token.string:
            yield token.start[0]


def _problems(post: Post, values: Iterable[BoundValue]) -> Iterator[Problem]:
    bound: list[Mapping[str, int]] | None = None
    for value in values:
        shown = f"`{MARK} {cut(value.expression, _SHOWN)}`"
        if not value.expression:
            yield Problem(value.place, f"`{MARK}` names no expression.", _FORM)
        elif value.fault:
            remedy = "Say the number in the text below it." if "heading" in value.fault else _FORM
            yield Problem(value.place, f"{shown} {value.fault}.", remedy)
        elif fault := syntax_error(value.expression):
            yield Problem(value.place, f"{shown} is not a Python expression: {fault}.", _FORM)
        else:
            if bound is None:
                bound = [_bound(source) for source in post.sources]
            yield from _name_problems(post, value, bound)


def _name_problems(
    post: Post, value: BoundValue, bound: list[Mapping[str, int]]
) -> Iterator[Problem]:
    """Yield names that no cell binds, and those that are bound above the text and again below."""
    tree = ast.parse(value.expression, mode="eval")
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - _stored(tree)
    known = set().union(*bound)
    for name in sorted(names):
        if name not in known | _GIVEN and "*" not in known:
            remedy = nearest(name, known) or "Use a name that the code binds at top level."
            yield Problem(value.place, f"no cell binds `{name}`.", remedy)
            continue
        above = any(name in cell for cell in bound[: value.cell])
        again = [i for i, cell in enumerate(bound, 1) if i > value.cell and name in cell]
        if above and again:
            line = post.place_in_code(again[-1], bound[again[-1] - 1][name])
            what = f"`{name}` changes below, at {line}, and prose shows what it is at the end."
            yield Problem(value.place, what, "Give the value that you mean a name of its own.")


def _stored(tree: ast.AST) -> set[str]:
    """Return the names that an expression binds for itself."""
    own = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return own | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


def _bound(source: str) -> dict[str, int]:
    """Return the names that a cell binds or fills at top level, and the last line of each.

    Functions may bind more through `global`. A star import binds `*`.
    """
    found: dict[str, int] = {}
    waiting: list[ast.AST] = [parse(source)]
    while waiting:
        node = waiting.pop()
        for name in _names_bound(node):
            found[name] = max(found.get(name, 0), getattr(node, "lineno", 0))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            inner = (n for n in ast.walk(node) if isinstance(n, ast.Global))
            waiting += inner
        elif not isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            waiting += ast.iter_child_nodes(node)
    return found


def _names_bound(node: ast.AST) -> list[str]:
    match node:
        case (
            ast.Name(id=name, ctx=ast.Store() | ast.Del())
            | ast.Subscript(value=ast.Name(id=name), ctx=ast.Store())
            | ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend"))
            | ast.FunctionDef(name=name)
            | ast.AsyncFunctionDef(name=name)
            | ast.ClassDef(name=name)
            | ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
        ):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [alias.asname or alias.name.split(".")[0] for alias in names]
        case ast.Global(names=names):
            return names
    return []


_REMEDIES = {
    "changes": "Let the expression only read what the code leaves behind.",
    "not a text": 'Give a short text or a number, such as `f"{error:.4f}"`.',
    "slow": "Compute it in a cell, and name the result here.",
}


def unshown_values(post: Post, run: Run) -> Iterator[Problem]:
    """Yield the expressions to which a published run gave no text."""
    for value in bound_values(post) if run.texts else ():
        given = run.texts.get(value.expression, "")
        shown = f"`{MARK} {cut(value.expression, _SHOWN)}`"
        if isinstance(given, MetricFault):
            remedy = _REMEDIES.get(given.kind, "It is evaluated after the last cell.")
            yield Problem(value.place, f"{shown} {given.text}.", remedy)
        elif address := address_in(given):
            what = (
                f"{shown} gives the address of an object, `{address}`, which differs in each run."
            )
            yield Problem(value.place, what, _REMEDIES["not a text"])
