"""All that a reviewer of a post should read, found without running it.

A note refuses nothing: an honest post may have its reasons. It says where a program could behave
differently under test, or could take its answers from elsewhere.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from site_tools.analysis.answer_leaks import Measured, answer_leaks
from site_tools.analysis.clock_decisions import clock_decisions
from site_tools.analysis.finding import Finding
from site_tools.analysis.fitted_at_once import fitted_at_once
from site_tools.analysis.operator_effects import operator_effects
from site_tools.analysis.origins import Origins
from site_tools.analysis.syntax import parse, shorten
from site_tools.analysis.watched_access import watched_access

_LONGEST_BLANK = 24
"""Spaces inside a line from which on what follows may be outside of the page."""

_WIDEST = 88
"""Characters of a line of code that a page shows."""

_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
            tokenize.ENDMARKER}  # fmt: skip


@dataclass(frozen=True, order=True, slots=True)
class Note:
    """One line that a reviewer should read."""

    cell: int
    """The code cell, counted from 1; 0 for a metric."""
    line: int
    """The line in that cell, or the number of the claim, counted from 0."""
    text: str
    """What happens there, as a sentence without its subject and full stop."""


@lru_cache(maxsize=256)
def reviewer_notes(cells: tuple[str, ...], claims: tuple[Measured, ...]) -> tuple[Note, ...]:
    """Return the notes on a program, one for each line; a page and a file of numbers ask for it."""
    trees = [parse(cell) for cell in cells]
    cell_of = {id(node): i for i, tree in enumerate(trees, 1) for node in ast.walk(tree)}
    found = _unless_too_deep(_findings(cells, trees, claims), trees)
    lines: defaultdict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for claim, finding in found:
        cell = cell_of.get(id(finding.node), 0)
        line = getattr(finding.node, "lineno", 1) if cell else claim
        meanings = lines[cell, line]
        known = meanings.get(finding.meaning, "")
        meanings[finding.meaning] = max(known, finding.subject, key=len)
    for place in _pushed_aside(cells):
        lines[place]["has code far to the right, which a page may not show"] = ""
    return tuple(sorted(Note(*place, _sentence(meanings)) for place, meanings in lines.items()))


def _findings(
    cells: Sequence[str], trees: Sequence[ast.Module], claims: Sequence[Measured]
) -> Iterator[tuple[int, Finding]]:
    """Yield all findings, those in a metric with the number of its claim."""
    origins = Origins(trees)
    yield from answer_leaks(cells, trees, origins, claims)
    yield from fitted_at_once(trees, claims)
    for number, claim in enumerate(claims):
        metric = parse(claim.metric)
        yield from ((number, finding) for finding in watched_access([metric], origins, []))
    for finding in [
        *watched_access(trees, origins, [claim.metric for claim in claims]),
        *clock_decisions(trees, origins),
        *operator_effects(trees, origins),
    ]:
        yield 0, finding


def _unless_too_deep(
    found: Iterator[tuple[int, Finding]], trees: Sequence[ast.Module]
) -> Iterator[tuple[int, Finding]]:
    """Yield findings; code that is nested too deeply to be followed is one itself."""
    try:
        yield from found
    except RecursionError:
        waiting: list[ast.AST] = list(trees)
        deepest = waiting[0]
        while waiting:  # level by level, so the last node is among the deepest
            deepest = next((node for node in waiting if hasattr(node, "lineno")), deepest)
            waiting = [part for node in waiting for part in ast.iter_child_nodes(node)]
        yield 0, Finding(deepest, "is nested too deeply to be examined")


def _pushed_aside(cells: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield the lines with code after a long blank.

    Of one that indents a line, or is inside of a string, only what no page shows counts.
    """
    for number, cell in enumerate(cells, start=1):
        lines = cell.split("\n")
        end_line, end, padded = 0, 0, 0
        for token in _code_tokens(cell):
            line, column = token.start
            start = len(lines[line - 1][:column].expandtabs())
            before = len(lines[line - 1][: end if line == end_line else 0].expandtabs())
            beside = line == end_line or start > _WIDEST
            if (start - before >= _LONGEST_BLANK and beside) or (
                padded == line and start > _WIDEST
            ):
                yield number, line
            end_line, end = token.end
            if " " * _LONGEST_BLANK in token.string.rpartition("\n")[2].expandtabs():
                padded = end_line


def _code_tokens(cell: str) -> Iterator[tokenize.TokenInfo]:
    with suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(io.StringIO(cell).readline):
            if token.type not in _NO_CODE:
                yield token


def _sentence(meanings: dict[str, str]) -> str:
    parts = [
        f"{meaning} (`{shorten(subject.removeprefix('python.'))}`)" if subject else meaning
        for meaning, subject in meanings.items()
    ]
    return "; it ".join(parts)
