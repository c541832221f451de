r"""What of prose is not words: blocks of code, code in a line, comments, tags, formulas.

    $x_i$      a formula in a line: no space inside the dollars, no digit after the second one
    $$ … $$    a formula on display, over several lines if need be, none of them blank
    \$         a dollar

These are the rules of Python-Markdown, and for formulas those of pandoc. Text in, places out: what
a link or a formula means is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_INLINE = re.compile(
    r"(?<![`\\])(`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)\1(?!`)|<!--(?:(?!<!--).)*?-->", re.DOTALL
)
_INDENT = re.compile(r"(?: {4}|\t)\s*\S")
_LIST_ITEM = re.compile(r" {0,3}(?:[-*+:]|\d+\.|\[\^[^\]]+\]:|!!!|\?\?\?\+?|===)\s")
"""Begins a list item, a footnote or a box, to which the indented lines below it belong."""
_TOKEN = re.compile(
    r"""
      \\.                                                     # an escaped character
    | <(?P<raw>code|kbd|pre|samp|script|style)\b(?:(?!<(?P=raw)\b).)*?</(?P=raw)>
    | <[a-zA-Z/!][^<>\0]*>                                    # any other tag, with its attributes
    | !\[[^\]\0]{0,1000}\] | \]\([^()\s\0]*                          # an image's text, a link's target
    | \$\$(?P<display>(?:\\[^\0]|[^\\$\0\n]|\$(?!\$)|\n(?!\s*\n))+)\$\$
    | \$\$                                                    # the start of one that never ends
    | \$(?!\s)(?P<inline>(?:\\[^\0]|[^\\$\0\n]|\n(?!\s*\n))+)(?<!\s)\$(?!\d)
    | \$                                                      # a dollar that means money
    """,
    re.VERBOSE | re.DOTALL,
)
"""What is read from left to right, where code and comments are zero characters."""


def marks(text: str) -> Iterator[str]:
    """Yield for each line of prose what it is of a block of code; an empty text for none."""
    fence = ""
    lines = text.split("\n")
    for line, indented in zip(lines, _indented(lines), strict=True):
        match = _FENCE.match(line)
        if indented and not fence:
            yield "indented"
        elif match and not fence:
            fence = match[1]
            yield "open"
        elif match and match[1].startswith(fence) and line.strip() == match[1]:
            fence = ""
            yield "close"
        else:
            yield "inside" if fence else ""


def without_code(text: str, sign: str = " ") -> str:
    """Return prose with code and comments blanked out, every offset kept."""
    lines = text.split("\n")
    marked = zip(lines, marks(text), strict=True)
    kept = "\n".join(sign * len(line) if mark else line for line, mark in marked)
    return _INLINE.sub(lambda match: blank(match[0], sign), kept)


def comments(text: str) -> Iterator[re.Match[str]]:
    """Yield the comments in prose, outside of code."""
    lines = text.split("\n")
    marked = zip(lines, marks(text), strict=True)
    kept = "\n".join(" " * len(line) if mark else line for line, mark in marked)
    yield from (match for match in _INLINE.finditer(kept) if match[1] is None)


def without_code_and_formulas(text: str) -> str:
    """Return prose with those blanked out as well, every offset kept."""
    blanked = without_code(text)
    for match in tokens(text):
        if match["display"] or match["inline"]:
            start, end = match.span()
            blanked = blanked[:start] + blank(blanked[start:end]) + blanked[end:]
    return blanked


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield formulas, in the groups `display` and `inline`, and all that looks like a part of one.

    That is dollars that mean money, and `$$` that is never closed.
    """
    return _TOKEN.finditer(without_code(text, "\0")) if "$" in text else iter(())


def blank(text: str, sign: str = " ") -> str:
    """Return a text of the same length and lines without its words."""
    return re.sub(r"[^\n]", sign, text)


def _indented(lines: Iterable[str]) -> Iterator[bool]:
    """Yield for each line whether four spaces make it code: after a blank line, in no list."""
    is_code, in_list, after_blank = False, False, True
    for line in lines:
        if _INDENT.match(line):
            is_code = not in_list and (is_code or after_blank)
        elif line.strip():
            is_code = False
            if (begins := bool(_LIST_ITEM.match(line))) or after_blank:
                in_list = begins
        yield is_code
        after_blank = not line.strip()
