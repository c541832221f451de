r"""Rules for Markdown: what a page, Jupyter or GitHub would show raw, or each in another way.

The parser knows what became of each sign. What looks like markup and is still among the words is
reported at its line, with a remedy.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import pairwise

from markdown_it.token import Token

from site_tools.checks.diagram_rules import diagram_problems
from site_tools.checks.html_rules import ELEMENTS
from site_tools.model.errors import Problem, nearest
from site_tools.model.source import Cell, Place
from site_tools.model.text import SHOWN, cut
from site_tools.posts.code_html import SHOWN_ONLY, is_like_python, is_python, read_header
from site_tools.posts.diagrams import is_diagram
from site_tools.posts.html_tags import (
    VOID,
    Tag,
    left_open,
    tags_of,
    without_comments,
    without_verbatim,
)
from site_tools.posts.links import block_place, place_of
from site_tools.posts.markdown_marks import EMOJI, KEYS, key_names, known_emoji, known_keys
from site_tools.posts.markdown_parser import (
    escapes_of,
    held,
    inline_tokens,
    parse,
    references_in,
    words_of,
)

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
)
_MARKDOWN = {
    "strong_open", "em_open", "code_inline", "link_open", "image", "math_inline", "fence",
    "math_inline_double", "math_block", "bullet_list_open", "ordered_list_open", "heading_open",
    "s_open", "blockquote_open", "table_open",
}  # fmt: skip
"""Tokens that show that a text was meant as Markdown."""

_TAG = re.compile(r"<[^<>]*>")
DEEPEST = 100
"""Elements of HTML inside of each other; pages have a tenth of that."""

_BY_INDENT = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot"})
"""Elements that may stay open: their parent's end, or the next one, ends them."""


def labels_of(text: str) -> Iterator[str]:
    """Yield the labels of links and footnotes (as `^label`) that prose defines."""
    for label, _, _ in references_in([text]):
        yield label
    for token in parse(text):
        if token.type == "footnote_reference_open":
            yield f"^{token.meta['label']}"


def markdown_problems(cell: Cell, labels: AbstractSet[str]) -> Iterator[Problem]:
    """Yield what of a prose cell would come out raw; `labels` are those of the whole post."""
    tokens = parse(cell.source)
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            what = "the title is in the front matter, and a page has only one."
            title = cut(" ".join(tokens[number + 1].content.split()), SHOWN)
            place = block_place(token, cell)
            yield Problem(place, what, f"Make it a section: `## {title}`.")
        elif token.type == "fence":
            yield from _fence_problems(token, cell)
        elif token.type == "table_open":
            yield from _table_problems(token, cell)
        elif token.type == "tab_open" and tokens[number + 2].type == "tab_close":
            what = "this tab is empty."
            yield Problem(block_place(token, cell), what, "Indent its text by four spaces.")
    yield from _raw_words(cell, labels)
    yield from _unknown_names(cell)
    yield from _raw_brackets(cell)
    yield from _html_structure(cell)
    for token in inline_tokens(parse(cell.source)):
        if token.type == "footnote_ref" and f"^{token.meta['label']}" not in labels:
            label = token.meta["label"]
            remedy = f"Write it on a line of its own: `[^{label}]: The text`."
            yield Problem(place_of(token, cell), f"there is no footnote `[^{label}]`.", remedy)


def _fence_problems(token: Token, cell: Cell) -> Iterator[Problem]:
    place = block_place(token, cell)
    info = token.info.strip()
    shown = cut(info, SHOWN)
    if is_python(info):
        what = f"this `{shown}` block looks like code that runs, but it does not run."
        run = "Make it a code cell" if place.within else "Begin its line with ```python"
        remedy = f"{run} to run it; ```python {SHOWN_ONLY} only shows it."
        yield Problem(place, what, remedy)
    elif (header := read_header(info)) is None:
        what = f"`{shown}` is a directive of another tool, which no page shows."
        remedy = "Begin a block of code with its language, as in ```bash; a box with `!!! note`."
        yield Problem(place, what, remedy)
    elif is_like_python(header.language):
        what = f"`{cut(header.language, SHOWN)}` is no language, so this block does not run."
        remedy = f"Did you mean `python`? ```python {SHOWN_ONLY} only shows a block."
        yield Problem(place, what, remedy)
    elif is_diagram(header):
        yield from diagram_problems(token.content, header, place)
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
            yield Problem(line.place, what, r"Write `\|` for a bar inside a cell, also in code.")


def _cells_of(row: str) -> int:
    text = held(row).strip().lstrip("> ").removeprefix("|").rstrip()
    bars = len(re.findall(r"(?<!\\)\|", text))
    return bars + (not re.search(r"(?<!\\)\|$", text))


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


def _html_structure(cell: Cell) -> Iterator[Problem]:
    """Yield HTML that never ends, and Markdown that HTML keeps from being read."""
    left: tuple[str, ...] = ()
    opened: dict[int, Token] = {}
    for token in parse(cell.source):
        if token.type == "inline":
            yield from _inline_structure(token, cell)
        if token.type != "html_block":
            continue
        place = block_place(token, cell)
        html = without_comments(token.content)
        depth = len(left)
        names = {tag.name for tag in tags_of(html) if tag.is_end} - set(left)
        starts = {tag.name for tag in tags_of(html) if not tag.is_end}
        for name in sorted(names - starts - VOID):
            yield _no_start(name, place)
        left = left_open(html, left)
        if len(left) > DEEPEST:
            what = f"more than {DEEPEST} elements are open here, `<{left[-1]}>` the last of them."
            yield Problem(place, what, f"End each, as with `</{left[-1]}>`.")
            return
        opened = {i: one for i, one in opened.items() if i < min(depth, len(left))}
        opened |= dict.fromkeys(range(len(opened), len(left)), token)
        yield from _unread_markdown(token, cell)
    for i, token in opened.items():
        if left[i] not in _BY_INDENT:
            place = block_place(token, cell)
            what = f"`<{left[i]}>` is not closed in the same text."
            remedy = f"Add `</{left[i]}>`; an element cannot contain a code cell."
            yield Problem(place, what, remedy)


def _inline_structure(block: Token, cell: Cell) -> Iterator[Problem]:
    """Yield the tags in the lines of a block that have no start or no end in them."""
    opened: list[tuple[str, Token]] = []
    open_names: Counter[str] = Counter()
    for part in block.children or ():
        for tag in _balanced_tags(part):
            if not tag.is_end:
                opened.append((tag.name, part))
                open_names[tag.name] += 1
            elif not open_names[tag.name]:
                yield _no_start(tag.name, place_of(part, cell))
            else:
                crossed = _closed(opened, tag.name)
                open_names.subtract(name for name, _ in crossed)
                yield from _no_ends(crossed[:-1], cell)
    yield from _no_ends(opened, cell)


def _balanced_tags(part: Token) -> list[Tag]:
    """Return the tags of a part of a line that need another one."""
    if part.type != "html_inline":
        return []
    tags = tags_of(without_comments(part.content))
    return [tag for tag in tags if tag.name in ELEMENTS - VOID]


def _closed(opened: list[tuple[str, Token]], name: str) -> list[tuple[str, Token]]:
    """Take elements out of those that are open, down to the last one of a name."""
    taken = [opened.pop()]
    while taken[-1][0] != name:
        taken.append(opened.pop())
    return taken


def _no_ends(opened: Iterable[tuple[str, Token]], cell: Cell) -> Iterator[Problem]:
    for name, part in opened:
        if name not in _BY_INDENT:
            what = f"`<{name}>` is not closed in the same block."
            yield Problem(place_of(part, cell), what, f"Add `</{name}>` behind its words.")


def _no_start(name: str, place: Place) -> Problem:
    return Problem(place, f"`</{name}>` has no start tag.", f"Remove it, or begin with `<{name}>`.")


def _unread_markdown(token: Token, cell: Cell) -> Iterator[Problem]:
    """Yield Markdown right below a tag, where CommonMark takes it for HTML."""
    text = _TAG.sub(" ", without_verbatim(token.content))
    lines = "\n".join(line.strip() for line in text.split("\n"))
    tokens = parse(lines)
    if any(one.type in _MARKDOWN for one in [*tokens, *inline_tokens(tokens)]):
        place = block_place(token, cell)
        first = cut(token.content.strip().partition("\n")[0], SHOWN)
        what = f"the Markdown below `{first}` is taken for HTML, and shown raw."
        yield Problem(place, what, "Put an empty line above and below it.")
