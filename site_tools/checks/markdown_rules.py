r"""Rules for Markdown: what a page, Jupyter or GitHub would show raw, or each in another way.

The parser knows what became of each sign. What looks like markup and is still among the words is
told at its line, with what to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import pairwise

from markdown_it.token import Token

from site_tools.model.errors import Problem
from site_tools.model.source import Cell
from site_tools.model.text import cut
from site_tools.posts.code_html import read_header
from site_tools.posts.html_tags import VOID, left_open, tags_of, without_comments, without_verbatim
from site_tools.posts.links import place_of
from site_tools.posts.markdown_parser import (
    escapes_of,
    held,
    inline_tokens,
    parse,
    references_of,
    words_of,
)

SHOWN = 60
"""Characters of a wrong text that a message shows."""

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
        re.compile(r"!?\[[^\[\]\n]*\]\([^()\n<>]*[ ()][^()\n<>]*\.\w+\)?\)"),
        "`{}` is no link: its target contains blanks or brackets.",
        "Put the target into angle brackets: `![A cat](<a cat.png>)`.",
    ),
    (
        re.compile(r"(?<![=\w])==[^\s=](?:[^=\n]{0,200}[^\s=])?==(?![=\w])"),
        "`{}` marks nothing in Markdown.",
        "Write `<mark>words</mark>`.",
    ),
    (
        re.compile(r"(?<![+\w])\+\+[a-z][\w+-]{0,40}\+\+(?![+\w])"),
        "`{}` shows no keys in Markdown.",
        "Write `<kbd>Ctrl</kbd>`.",
    ),
    (
        re.compile(r"(?<=\w)([~^])\d{1,3}\1(?=\W|[A-Z]|$)"),
        "`{}` is no small number in Markdown.",
        "Write `H<sub>2</sub>O` or `m<sup>2</sup>`.",
    ),
    (
        re.compile(r"(?<![\w:\[]):[a-z][a-z_]{1,30}:(?![\w:\]])"),
        "`{}` shows no picture on this site.",
        "Write the sign itself.",
    ),
    (
        re.compile(r"\[@[\w:.-]+(?:[;,][^\[\]\n]*)?\]"),
        "`{}` is no citation on this site.",
        "Write a footnote: `[^name]`, and `[^name]: Author, Title, year.` below.",
    ),
)  # fmt: skip
_RAW_LINES = (
    (
        re.compile(r":{3,}[ \t]*(?:\{|\w|$)"),
        "`{}` is no Markdown that this site shows.",
        "Write `!!! note`, with the text below it indented by four spaces.",
    ),
    (
        re.compile(r"===[+!]?[ \t]+\""),
        "`{}` would begin tabs, which this site does not have.",
        "Give each its own heading, or a block of code with a `title`.",
    ),
    (
        re.compile(r"\{:?[ \t]*[.#][^{}]*\}$|\{:[^{}]*\}$"),
        "`{}` belongs to nothing.",
        "Write it without a colon on a line of its own, right above the block that it is for.",
    ),
)
_MARKDOWN = {
    "strong_open", "em_open", "code_inline", "link_open", "image", "math_inline", "fence",
    "math_inline_double", "math_block", "bullet_list_open", "ordered_list_open", "heading_open",
    "s_open", "blockquote_open", "table_open",
}  # fmt: skip
"""Tokens that show that a text was meant as Markdown."""

_TAG = re.compile(r"<[^<>]*>")
_UNRUN = re.compile(r"\{?\.?(python3?|py)\b", re.IGNORECASE)
_BY_INDENT = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot"})
"""Elements that may stay open: their parent's end, or the next one, ends them."""


def labels_of(text: str) -> Iterator[str]:
    """Yield the labels of links and footnotes (as `^label`) that prose defines."""
    for label, _, _ in references_of(text):
        yield label
    for token in parse(text):
        if token.type == "footnote_reference_open":
            yield f"^{token.meta['label']}"


def markdown_problems(cell: Cell, labels: AbstractSet[str]) -> Iterator[Problem]:
    """Yield what of a prose cell would come out raw; `labels` are those of the whole post."""
    for token in parse(cell.source):
        line = cell.lines[(token.map or [0])[0]]
        if token.type == "heading_open" and token.tag == "h1":
            what = "the title is in the front matter, and a page has only one."
            yield Problem(line.place, what, f"Make it a section: `## {_heading(cell, token)}`.")
        elif token.type == "fence":
            yield from _fence_problems(token, cell)
        elif token.type == "table_open":
            yield from _table_problems(token, cell)
    yield from _raw_words(cell, labels)
    yield from _raw_brackets(cell)
    yield from _html_structure(cell)
    for token in inline_tokens(parse(cell.source)):
        if token.type == "footnote_ref" and f"^{token.meta['label']}" not in labels:
            label = token.meta["label"]
            remedy = f"Write it on a line of its own: `[^{label}]: The text`."
            yield Problem(place_of(token, cell), f"there is no footnote `[^{label}]`.", remedy)


def _heading(cell: Cell, token: Token) -> str:
    text = cell.lines[(token.map or [0])[0]].text
    return cut(text.strip().strip("#").strip(), SHOWN)


def _fence_problems(token: Token, cell: Cell) -> Iterator[Problem]:
    place = cell.lines[(token.map or [0])[0]].place
    info = token.info.strip()
    shown = cut(info, SHOWN)
    if _UNRUN.match(info):
        what = f"this `{shown}` block looks like code that runs, but it does not run."
        remedy = "Begin its line with ```python to run it; ```text only shows it."
        yield Problem(place, what, remedy)
    elif read_header(info) is None:
        what = f"`{shown}` is a directive of another tool, which no page shows."
        remedy = "Begin a block of code with its language, as in ```bash; a box with `!!! note`."
        yield Problem(place, what, remedy)
    elif info.partition(" ")[0] == "mermaid":
        what = "this site draws no diagrams."
        yield Problem(place, what, "Put the picture into posts/, or show the text: ```text.")
    first, last = token.map or (0, 0)
    closing = cell.lines[last - 1].text.strip().lstrip(">").strip()
    if last - first < 2 or set(closing) != set(token.markup[:1]):  # noqa: PLR2004  two fences
        yield Problem(place, "this block of code never ends.", "Add ``` on a line below it.")


def _table_problems(table: Token, cell: Cell) -> Iterator[Problem]:
    """Yield the rows whose last cells are lost."""
    first, last = table.map or (0, 0)
    head, *rows = (_cells_of(line.text) for line in cell.lines[first:last])
    for cells, line in zip(rows, cell.lines[first + 1 : last], strict=True):
        if cells > head:
            what = f"this row has {cells} cells, and the table's head {head}: the rest is lost."
            yield Problem(
                line.place, what, r"Write a bar that ends no cell as `\|`, in code as well."
            )


def _cells_of(row: str) -> int:
    text = held(row).strip().lstrip("> ").removeprefix("|").rstrip()
    bars = len(re.findall(r"(?<!\\)\|", text))
    return bars + (not re.search(r"(?<!\\)\|$", text))


def _raw_words(cell: Cell, labels: AbstractSet[str]) -> Iterator[Problem]:
    words = words_of(cell.source)
    seen: set[int] = set()
    for pattern, what, remedy in _RAW_WORDS:
        for match in pattern.finditer(words):
            if "]" in pattern.pattern and _is_defined(match[0], labels):
                continue
            line = words.count("\n", 0, match.start())
            if line not in seen:
                seen.add(line)
                text = what.format(cut(" ".join(match[0].split()), SHOWN))
                yield Problem(cell.lines[line].place, text, remedy)
    for number, text in enumerate(words.split("\n")):
        for pattern, what, remedy in _RAW_LINES:
            if number not in seen and pattern.match(text.strip().lstrip("> ")):
                yield Problem(
                    cell.lines[number].place, what.format(cut(text.strip(), SHOWN)), remedy
                )


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
            place = cell.lines[cell.source.count("\n", 0, start)].place
            dollars = "$" if pair == "()" else "$$"
            remedy = f"Write a formula between dollars: `{dollars}{inside.strip()}{dollars}`."
            yield Problem(place, f"`{shown}` is a formula in LaTeX, and not in Markdown.", remedy)


def _html_structure(cell: Cell) -> Iterator[Problem]:
    """Yield HTML that never ends, and Markdown that HTML keeps from being read."""
    left: tuple[str, ...] = ()
    opened: dict[int, Token] = {}
    for token in parse(cell.source):
        if token.type != "html_block":
            continue
        place = cell.lines[(token.map or [0])[0]].place
        html = without_comments(token.content)
        depth = len(left)
        names = {tag.name for tag in tags_of(html) if tag.is_end} - set(left)
        starts = {tag.name for tag in tags_of(html) if not tag.is_end}
        for name in sorted(names - starts - VOID):
            yield Problem(
                place, f"`</{name}>` ends nothing.", f"Remove it, or begin with `<{name}>`."
            )
        left = left_open(html, left)
        opened = {i: one for i, one in opened.items() if i < min(depth, len(left))}
        opened |= dict.fromkeys(range(len(opened), len(left)), token)
        yield from _unread_markdown(token, cell)
    for i, token in opened.items():
        if left[i] not in _BY_INDENT:
            place = cell.lines[(token.map or [0])[0]].place
            what = f"`<{left[i]}>` is not closed in the same text."
            remedy = f"Add `</{left[i]}>`; code that runs cannot stand inside of it."
            yield Problem(place, what, remedy)


def _unread_markdown(token: Token, cell: Cell) -> Iterator[Problem]:
    """Yield Markdown right below a tag, where CommonMark takes it for HTML."""
    text = _TAG.sub(" ", without_verbatim(token.content))
    lines = "\n".join(line.strip() for line in text.split("\n"))
    tokens = parse(lines)
    if any(one.type in _MARKDOWN for one in [*tokens, *inline_tokens(tokens)]):
        place = cell.lines[(token.map or [0])[0]].place
        first = cut(token.content.strip().partition("\n")[0], SHOWN)
        what = f"the Markdown below `{first}` is taken for HTML, and shown raw."
        yield Problem(place, what, "Put an empty line above and below it.")
