"""Prose of a notebook → prose of a post: its title taken out, headings and code blocks adapted.

markdown-it-py reads it as Jupyter does: CommonMark with tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from site_tools.conversion.foreign_file import Piece
from site_tools.conversion.source_lines import replaced
from site_tools.posts.code_html import is_python
from site_tools.posts.front_matter_keys import DESCRIPTION_LIMIT

DEEPEST = 6
"""The deepest heading of Markdown."""

_PARSER = MarkdownIt("commonmark").enable("table")
_CODE = re.compile(r"(`+[^`]*`+)")
_FORMULA = re.compile(r"(?<![\\$\w])\$(?!\$)[ \t]*([^$\n]*[\\^_{=][^$\n]*?)[ \t]*\$(?![\d$])")
"""A formula in a line, which has a sign of TeX; so no price is taken for one."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Title:
    """A notebook's title, and the cells without it."""

    text: str
    """Plain text; empty when no heading of level 1 was found."""
    pieces: tuple[Piece, ...]


def take_title(pieces: Sequence[Piece]) -> Title:
    """Take the first heading of level 1 out of the prose above the second heading."""
    for i, piece in enumerate(pieces):
        if piece.kind != "prose":
            continue
        tokens = _PARSER.parse(piece.source)
        for token, inline in pairwise(tokens):
            if token.type == "heading_open" and token.tag == "h1" and token.map:
                first, end = token.map
                rest = replaced(piece.source, [(first + 1, end, "")]).strip("\n")
                kept = [*pieces[:i], replace(piece, source=rest), *pieces[i + 1 :]]
                return Title(_plain(inline), tuple(one for one in kept if one.source.strip()))
    return Title("", tuple(pieces))


def description_of(pieces: Sequence[Piece]) -> str:
    """Return the first sentences of the first paragraph, as many as a description may have."""
    for piece in pieces:
        tokens = _PARSER.parse(piece.source) if piece.kind == "prose" else []
        for token, inline in pairwise(tokens):
            if token.type == "paragraph_open" and token.level == 0 and _plain(inline):
                return _cut(_plain(inline))
    return ""


def _cut(text: str) -> str:
    sentences = _SENTENCE.split(text)
    fitting = sentences[0]
    for sentence in sentences[1:]:
        if len(f"{fitting} {sentence}") > DESCRIPTION_LIMIT:
            break
        fitting = f"{fitting} {sentence}"
    if len(fitting) <= DESCRIPTION_LIMIT:
        return fitting
    return fitting[: DESCRIPTION_LIMIT - 1].rpartition(" ")[0].rstrip(",;:") + "…"


def _plain(inline: Token) -> str:
    shown = [child.content if child.type in {"text", "code_inline"} else " "
             for child in inline.children or [] if child.type != "html_inline"]  # fmt: skip
    return " ".join("".join(shown).split())


def with_lower_headings(pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
    """Return prose whose headings are a level deeper, if it has any of level 1."""
    parsed = [_PARSER.parse(p.source) if p.kind == "prose" else [] for p in pieces]
    if not any(t.type == "heading_open" and t.tag == "h1" for tokens in parsed for t in tokens):
        return list(pieces), []
    found = []
    for piece, tokens in zip(pieces, parsed, strict=True):
        edits = [
            (token.map[0] + 1, token.map[1], _lower(token, inline, piece.source))
            for token, inline in pairwise(tokens)
            if token.type == "heading_open" and token.map
        ]
        found.append(replace(piece, source=replaced(piece.source, edits)))
    return found, ["headings are one level deeper: the title is the only one of level 1"]


def _lower(heading: Token, inline: Token, source: str) -> str:
    """Return the line of a heading one level deeper, with the marks of a quotation or a list."""
    level = min(int(heading.tag[1]) + 1, DEEPEST)
    line = source.split("\n")[(heading.map or [0])[0]]
    sign = "#" if heading.markup.startswith("#") else inline.content.partition("\n")[0]
    return f"{line[: line.index(sign)]}{'#' * level} {' '.join(inline.content.split())}"


def with_tight_formulas(pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
    """Return prose whose formulas have no blanks inside of their dollars, as Jupyter allows."""
    found, changes = [], []
    for piece in pieces:
        lines = piece.source.split("\n")
        tokens = _PARSER.parse(piece.source) if piece.kind == "prose" else []
        for token in tokens:
            first, end = token.map if token.type == "inline" and token.map else (0, 0)
            for i in range(first, end):
                parts = _CODE.split(lines[i])
                parts[::2] = [_FORMULA.sub(r"$\1$", part) for part in parts[::2]]
                lines[i] = "".join(parts)
        source = "\n".join(lines)
        if source != piece.source:
            changes.append(f"cell {piece.number}: blanks inside of the dollars of formulas removed")
        found.append(replace(piece, source=source))
    return found, changes


def with_shown_code(pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
    """Return prose whose blocks of Python, which would run in a Markdown post, are plain text."""
    found, changes = [], []
    for piece in pieces:
        tokens = _PARSER.parse(piece.source) if piece.kind == "prose" else []
        lines = piece.source.split("\n")
        edits = []
        for token in tokens:
            if token.type == "fence" and token.map and is_python(token.info):
                first = token.map[0]
                head = lines[first][: lines[first].index(token.markup) + len(token.markup)]
                edits.append((first + 1, first + 1, f"{head}text"))
                changes.append(f"cell {piece.number}: a block of Python in the prose is text now")
        found.append(replace(piece, source=replaced(piece.source, edits)))
    return found, changes
