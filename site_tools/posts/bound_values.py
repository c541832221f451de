"""Expressions in prose that show a value of the published run: `{python} f"{error:.4f}"`.

They are evaluated in the state that the program leaves behind, so a text above a cell may give its
result. The page, the notebook and the comments of the script get the value in its place. It is put
into the Markdown itself, so everything that reads prose reads the value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markdown_it.token import Token

from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import Cell, Line, Place
from site_tools.posts.markdown_parser import inline_tokens, parse
from site_tools.posts.walkthrough import program_of, words_in

MARK = "{python}"

_BOUND = re.compile(r"\{python\}(?:\s+(.*?))?\s*", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*(e[+-]?\d+)?%?")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_BEFORE_LIST = re.compile(r"[\s>*+-]*")
_AFTER_LIST = re.compile(r"[.)](\s|$)")


@dataclass(frozen=True, slots=True)
class BoundValue:
    """An expression in prose."""

    expression: str
    """In Python; empty when there is none."""
    place: Place
    cell: int
    """How many code cells begin above it; for an explanation, the one that it belongs to."""
    fault: str = ""
    """Why no value can be shown there, as the predicate of a sentence."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Where an expression with its backticks is in a text."""

    start: int
    end: int
    expression: str
    fault: str = ""


def bound_values(post: Post) -> Iterator[BoundValue]:
    """Yield all expressions in the prose of a post, and in the explanations of its program.

    The code of that program must be sound.
    """
    yield from values_in_prose(post)
    yield from values_in_explanations(post)


def values_in_prose(post: Post) -> Iterator[BoundValue]:
    """Yield the expressions in the cells of prose."""
    begun = 0
    for cell in post.cells:
        begun += cell.kind == "code"
        if cell.kind == "prose":
            yield from _values_of(cell, begun)


def values_in_explanations(post: Post) -> Iterator[BoundValue]:
    """Yield the expressions in the comments that explain a program, whose code must be sound."""
    program = program_of(post) if _is_marked(post) else None
    for row in program.rows if program else ():
        if row.words:
            yield from _values_of(row.words, row.cell)


def _is_marked(post: Post) -> bool:
    return any(MARK in source for source in post.sources)


def _values_of(cell: Cell, begun: int) -> Iterator[BoundValue]:
    for span in _spans(cell.source):
        yield BoundValue(span.expression, cell.place_at(span.start), begun, span.fault)


def _spans(text: str) -> list[_Span]:
    """Return the expressions in a text, in order."""
    if MARK not in text:
        return []
    found = []
    tokens = parse(text)
    for i, token in enumerate(tokens):
        in_heading = i > 0 and tokens[i - 1].type == "heading_open"
        for child in inline_tokens([token]):
            match = child.type == "code_inline" and _BOUND.fullmatch(child.content)
            if match:
                start, end = child.meta["span"]
                fault = _fault(child, text[start:end], in_heading=in_heading)
                found.append(_Span(start, end, match[1] or "", fault))
    return sorted(found, key=lambda span: span.start)


def _fault(token: Token, written: str, *, in_heading: bool) -> str:
    if in_heading:
        return "is in a heading, whose address must not change with a number"
    if token.attrs:
        return "has attributes in braces, which code may have, but no text"
    if not written.startswith((f"{token.markup}{MARK}", f"{token.markup} {MARK}")):
        return "cannot be found in its line"
    return "goes over several lines" if "\n" in written else ""


def as_shown(post: Post, run: Run) -> Post:
    """Return a post as its readers see it: with the values that a published run gave."""
    return with_values(
        post, {text: value for text, value in run.texts.items() if isinstance(value, str)}
    )


def with_values(post: Post, values: Mapping[str, str]) -> Post:
    """Return a post in which values have taken the place of the expressions that give them.

    An expression without a value stays.
    """
    cells = [_with_values(c, values) if c.kind == "prose" else c for c in post.cells]
    program = program_of(post) if _is_marked(post) else None
    numbers = [i for i, cell in enumerate(cells) if cell.kind == "code"]
    for row in program.rows if program else ():
        if row.words:
            at = numbers[row.cell - 1]
            cells[at] = _with_words(cells[at], row.comment, _with_values(row.words, values))
    return replace(post, cells=tuple(cells))


def _with_values(cell: Cell, values: Mapping[str, str]) -> Cell:
    """Return a cell of prose with values in it, which change nothing of its structure."""
    spans = [span for span in _spans(cell.source) if span.expression in values and not span.fault]
    if not spans:
        return cell
    text = _replaced(cell.source, spans, values, encoded=())
    structure = _structure(cell.source)
    if _structure(text) != structure:
        others = [(span, [other for other in spans if other != span]) for span in spans]
        unfit = [
            span
            for span, rest in others
            if _structure(_replaced(cell.source, spans, values, encoded=rest)) != structure
        ]
        text = _replaced(cell.source, spans, values, encoded=unfit)
    lines = zip(text.split("\n"), cell.lines, strict=True)
    return replace(cell, lines=tuple(replace(line, text=new) for new, line in lines))


def _with_words(cell: Cell, numbers: Sequence[int], words: Cell) -> Cell:
    """Return a code cell whose comments on these lines have other words."""
    lines = list(cell.lines)
    for number, line in zip(numbers, words.lines, strict=True):
        old = lines[number - 1].text
        sign = old.rstrip()[: len(old.rstrip()) - len(words_in(old))]
        lines[number - 1] = Line(sign + line.text, line.place)
    return replace(cell, lines=tuple(lines))


def _replaced(
    text: str, spans: Sequence[_Span], values: Mapping[str, str], encoded: Collection[_Span]
) -> str:
    """Return a text with values in the places of expressions."""
    for span in reversed(spans):
        before, after = text[: span.start], text[span.end :]
        line = before.rpartition("\n")[2], after.partition("\n")[0]
        value = values[span.expression]
        written = _encoded(value) if span in encoded else _readable(line[0], value, line[1])
        text = before + written + after
    return text


def _readable(before: str, value: str, after: str) -> str:
    """Return a value as it reads best where Markdown is shown as it is: in a comment."""
    begins = _BEFORE_LIST.fullmatch(before)
    if _NUMBER.fullmatch(value) and not (begins and _AFTER_LIST.match(after)):
        return value if value[0].isdigit() or before[-1:] not in {"+", "-"} else f"\\{value}"
    if begins and value.isdigit():
        return _encoded(value)
    return _PUNCTUATION.sub(r"\\\g<0>", value)


def _encoded(value: str) -> str:
    """Return a value as entities, which are text in every place where code may be."""
    return "".join(f"&#{ord(sign)};" for sign in value)


def _structure(text: str) -> list[Any]:
    """Return the structure of a text: its tokens, in which text and expressions are alike."""
    return [(*_kind(token), _kinds(token.children or ())) for token in parse(text)]


def _kinds(tokens: Sequence[Token]) -> list[Any]:
    kinds: list[Any] = []
    for token in tokens:
        is_bound = token.type == "code_inline" and _BOUND.fullmatch(token.content)
        is_text = is_bound or token.type in {"text", "text_special"}
        kind = ("text",) if is_text else (*_kind(token), _kinds(token.children or ()))
        if not is_text or kinds[-1:] != [kind]:
            kinds.append(kind)
    return kinds


def _kind(token: Token) -> tuple[str, int, str]:
    return token.type, token.nesting, repr(sorted(token.attrs.items()))
