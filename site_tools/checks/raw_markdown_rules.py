r"""Rules for what looks like markup and is still among the words of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from markdown_it.token import Token

from site_tools.model.errors import Problem, nearest
from site_tools.model.source import Cell
from site_tools.model.text import SHOWN, cut
from site_tools.posts.markdown_marks import EMOJI, KEYS, key_names, known_emoji, known_keys
from site_tools.posts.markdown_parser import escapes_of, inline_tokens, parse, words_of

_RAW_WORDS = (
    (
        re.compile(r"\$\$"),
        "this `$$` is never closed.",
        r"End the formula with `$$`, or write `\$\$` for two dollars.",
    ),
    (
        re.compile(r"\$[ \t]*(?:\\[a-zA-Z]|\w[\^_])[^$\n]*|\\[a-zA-Z]+[{$][^\n]*|\\begin\{[^\n]*"),
        "`{}` looks like TeX, and is in no formula.",
        "A formula is between dollars, without blanks inside of them, and no digit follows: `$x$`.",
    ),
    (
        re.compile(
            r"(?<![\\$])\$[ \t]*(?![\d\s$])"
            r"(?:[^\s$]{1,40}|[^$\n]{0,200}[\\^_{=][^$\n]{0,200})[ \t]*\$"
        ),
        "`{}` is a formula in Jupyter, and text on other pages.",
        r"Write the formula without blanks inside of its dollars: `$x$`; or a dollar as `\$`.",
    ),
    (
        re.compile(r"(?<![\w\])])\[[^\[\]\n^@][^\[\]\n]*\]\[[^\[\]\n]*\]"),
        "`{}` refers to a link that is not defined.",
        "Define it on a line of its own: `[name]: https://…`.",
    ),
    (
        re.compile(
            r"!?\[[^\[\]\n]*\]\([^()\n<>]*[ ()][^()\n<>]*\.\w+\)?\)"
            r"|(?<!\w)!?\[[^\[\]\n]*\]\((?=[^()\n]*[ \t])(?=[^()\n]*[:/#\"])"
            r"(?:[^()\n]|\([^()\n]*\))*\)"
        ),
        "`{}` is not a link: its target contains blanks or brackets.",
        "Put the target into angle brackets: `![A cat](<a cat.png>)`.",
    ),
    (
        re.compile(
            r"\{[ \t]*(?:[.#][a-zA-Z][\w-]*|[a-zA-Z-]+=(?:\"[^\"{}\n]*\"|'[^'{}\n]*')"
            r"|(?:width|height|align|class|id)=\w+%?)(?:[ \t][^{}\n]*)?\}"
        ),
        "the attributes `{}` are attached to nothing.",
        "Put them right behind a link or a picture, without a blank, or on the line above a block.",
    ),
    (
        re.compile(r"(?<=\w)~\d{1,3}~(?=\W|[A-Z]|$)"),
        "`{}` is not subscript in Markdown.",
        "Write `H<sub>2</sub>O`.",
    ),
    (
        re.compile(r"(?<=\w)\^\d{1,3}\^(?=\W|[A-Z]|$)"),
        "`{}` is not superscript in Markdown.",
        "Write `m<sup>2</sup>`.",
    ),
    (
        re.compile(
            r"\[(?:@[^\[\]\n]+|[^\[\]\n@]* @[\w:.-]+(?:[;,][^\[\]\n]*)?)\](?![(\[:])"
        ),
        "`{}` is not a citation.",
        "Write `[@key]`, `[@key, p. 3]` or `[@one; @other]`.",
    ),
    (
        re.compile(
            r"(?<!\w)!?\[[^\[\]\n]+\][ \t]+\((?:https?://[^\s()]+|[^\s():]+"
            r"\.(?:md|html?|png|jpe?g|gif|svg|py|ipynb|pdf)(?:#[^\s()]*)?)\)"
        ),
        "`{}` is not a link: there is a space before its target.",
        "Write `[text](target)`.",
    ),
    (
        re.compile(r"(?<![`\w])\{python\}[ \t]+[^\s`]+"),
        "`{}` shows no value: it is not code.",
        "Write it between backticks.",
    ),
    (
        re.compile(r"(?<=`)[^`\n]{0,40}[^`\s]|(?<![^`\s])[^`\s]+(?=`+[ \t]*$)", re.MULTILINE),
        "the backtick beside `{}` is shown: code has one at each end.",
        "Add a backtick at the other end of the code, or a backslash before this one.",
    ),
)  # fmt: skip
_RAW_LINES = (
    (
        re.compile(r":{3,}[ \t]*\{tab-"),
        "`{}` is a directive, which this site does not support.",
        'Write each tab as `=== "Title"`, with its text below indented by four spaces.',
    ),
    (
        re.compile(r":{3,}[ \t]*(?:\{(?!tab-)|\w|$)"),
        "`{}` is a directive, which this site does not support.",
        "Write `!!! note`, with the text below it indented by four spaces.",
    ),
    (
        re.compile(r"===[+!]{0,2}[ \t]+\S"),
        "`{}` would begin a tab, and has no title in quotes.",
        'Write `=== "Title"`, with the text below it indented by four spaces.',
    ),
    (
        re.compile(r"\{:?[ \t]*[.#][^{}]*\}$|\{:[^{}]*\}$"),
        "the attributes `{}` are attached to no block.",
        "Write it without a colon on a line of its own, right above the block that it is for.",
    ),
    (
        re.compile(r"#{2,6}[^\s#]"),
        "`{}` is not a heading.",
        "Write a space after `##`.",
    ),
    (
        re.compile(r"\|(?:[^|]+\|){2,}$"),
        "`{}` is not a row of a table.",
        "A table needs a line such as `|---|---|` below its first row.",
    ),
    (
        re.compile(r"\d{1,2}[.)][A-Z][a-z]"),
        "`{}` is not an item of a list.",
        "Write a space after the number.",
    ),
)


_EMPHASIS = re.compile(
    r"(?<![\w*~])(\*\*|~~)(?:[ \t]+[a-zA-Z]{2}[^*~]*|[^\s*~][^*~]*[ \t])\1(?![\w*~])"
)
"""What would be emphasis without blanks inside of its signs."""

_ITEM = re.compile(r"([-*])[a-zA-Z][a-z]")
"""How a line begins that would be an item of a list if it had a space."""


def raw_markup(cell: Cell, labels: AbstractSet[str]) -> Iterator[Problem]:
    """Yield what would come out as it is written; `labels` are those of the whole post."""
    yield from _raw_words(cell, labels)
    yield from _raw_emphasis(cell)
    yield from _raw_items(cell)
    yield from _unknown_names(cell)
    yield from _raw_brackets(cell)


def _raw_words(cell: Cell, labels: AbstractSet[str]) -> Iterator[Problem]:
    words = words_of(cell.source)
    seen: set[int] = set()
    for number, text in enumerate(words.split("\n")):
        for pattern, what, remedy in _RAW_LINES:
            if number not in seen and pattern.match(text.strip().lstrip("> ")):
                seen.add(number)
                shown = what.format(cut(text.strip(), SHOWN))
                yield Problem(cell.lines[number].place, shown, remedy)
    for pattern, what, remedy in _RAW_WORDS:
        for match in pattern.finditer(words):
            is_link = cell.source[match.end() :].startswith(("(", "["))
            if "]" in pattern.pattern and (is_link or _is_defined(match[0], labels)):
                continue
            line = cell.line_at(match.start())
            if line not in seen:
                seen.add(line)
                text = what.format(cut(" ".join(match[0].split()), SHOWN))
                yield Problem(cell.lines[line].place, text, remedy)


def _raw_emphasis(cell: Cell) -> Iterator[Problem]:
    """Yield signs of emphasis that come out as they are written."""
    for token in inline_tokens(parse(cell.source)):
        for match in _EMPHASIS.finditer(token.content) if token.type == "text" else ():
            sign, text = match[1], match[0].strip("*~").strip()
            what = (
                f"`{cut(match[0], SHOWN)}` has blanks inside of its `{sign}`, so these are shown."
            )
            remedy = f"Write `{sign}{cut(text, SHOWN)}{sign}`."
            yield Problem(cell.place_at(token.meta["at"] + match.start()), what, remedy)


def _raw_items(cell: Cell) -> Iterator[Problem]:
    """Yield the first line of each list whose marks have no space behind them.

    A line in the midst of a paragraph may begin with an option of a command, or with `*args`.
    """
    tokens = parse(cell.source)
    for before, token in pairwise(tokens):
        if before.type != "paragraph_open" or token.type != "inline" or not token.map:
            continue
        lines = [line.strip() for line in token.content.split("\n")]
        starts = _line_starts(token.children or ())
        marks = [_ITEM.match(start) for start in starts]
        for i, (line, mark) in enumerate(zip(lines, marks, strict=False)):
            if mark is None or (i and marks[i - 1]):
                continue
            is_list = any(marks[i + 1 : i + 2]) or (i and lines[i - 1].endswith(":"))
            if is_list or (mark[1] == "-" and not i and before.level == 0):
                what = f"`{cut(line, SHOWN)}` is not an item of a list."
                place = cell.lines[token.map[0] + i].place
                yield Problem(place, what, f"Write a space after `{mark[1]}`.")


def _line_starts(tokens: Sequence[Token]) -> list[str]:
    """Return the text with which each line of a paragraph begins; empty for one of markup."""
    starts, is_start = [], True
    for token in tokens:
        if is_start:
            starts.append(token.content if token.type == "text" else "")
        is_start = token.type in {"softbreak", "hardbreak"}
    return starts


def _unknown_names(cell: Cell) -> Iterator[Problem]:
    """Yield what looks like an emoji or a key, and is none."""
    words = words_of(cell.source)
    for match in EMOJI.finditer(words):
        if match[1].strip("0123456789-+_"):
            remedy = nearest(match[1], known_emoji()) or "Write the character itself."
            yield Problem(cell.place_at(match.start()), f"there is no emoji `{match[0]}`.", remedy)
    for match in KEYS.finditer(words):
        unknown = next(part for part in match[1].split("+") if key_names(part) is None)
        remedy = nearest(unknown, known_keys()) or f"Write `<kbd>{unknown}</kbd>`."
        yield Problem(cell.place_at(match.start()), f"there is no key `{unknown}`.", remedy)


def _is_defined(text: str, labels: AbstractSet[str]) -> bool:
    name = re.split(r"[\[\]]", text)
    label = name[3] or name[1] if len(name) > 3 else ""  # noqa: PLR2004  [text][label]
    return " ".join(label.upper().split()) in labels


def _raw_brackets(cell: Cell) -> Iterator[Problem]:
    r"""Yield `\(x\)` and `\[x\]`, which are formulas in LaTeX and brackets in Markdown."""
    escapes = escapes_of(cell.source)
    for (start, sign), (end, other) in pairwise(escapes):
        inside = cell.source[start + 2 : end]
        pair = sign + other
        if (pair == "()" and "\n\n" not in inside) or (
            pair == "[]" and re.search(r"[\\^_=]", inside)
        ):
            shown = cut(" ".join(cell.source[start : end + 2].split()), SHOWN)
            place = cell.place_at(start)
            dollars = "$" if pair == "()" else "$$"
            remedy = f"Write a formula between dollars: `{dollars}{inside.strip()}{dollars}`."
            yield Problem(place, f"`{shown}` is a formula in LaTeX, and not in Markdown.", remedy)
