r"""Rules for Markdown: what a page, Jupyter or GitHub would show raw, or each in another way.

The parser knows what became of each sign. What looks like markup and is still among the words is
reported at its line, with a remedy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from markdown_it.token import Token

from site_tools.checks.diagram_rules import diagram_problems
from site_tools.checks.html_structure_rules import html_structure
from site_tools.checks.raw_markdown_rules import raw_markup
from site_tools.model.errors import Problem
from site_tools.model.source import Cell, Place
from site_tools.model.text import SHOWN, cut
from site_tools.posts.code_html import SHOWN_ONLY, is_like_python, is_python, read_header
from site_tools.posts.diagrams import is_diagram
from site_tools.posts.links import block_place, place_of
from site_tools.posts.markdown_parser import DEEPEST, held, inline_tokens, parse, references_in
from site_tools.posts.text import never_ends, opens_block


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
    cut_rows: set[Place] = set()
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            what = "the title is in the front matter, and a page has only one."
            title = cut(" ".join(tokens[number + 1].content.split()), SHOWN)
            place = block_place(token, cell)
            yield Problem(place, what, f"Make it a section: `## {title}`.")
        elif token.type == "fence":
            yield from _fence_problems(token, cell)
        elif token.type == "table_open":
            rows = list(_table_problems(token, cell))
            cut_rows |= {row.place for row in rows}
            yield from rows
        elif token.type == "tab_open" and tokens[number + 2].type == "tab_close":
            what = "this tab is empty."
            yield Problem(block_place(token, cell), what, "Indent its text by four spaces.")
    yield from _depth_problems(tokens, cell)
    yield from (raw for raw in raw_markup(cell, labels) if raw.place not in cut_rows)
    yield from html_structure(cell)
    for token in inline_tokens(parse(cell.source)):
        if token.type == "footnote_ref" and f"^{token.meta['label']}" not in labels:
            label = token.meta["label"]
            remedy = f"Write it on a line of its own: `[^{label}]: The text`."
            yield Problem(place_of(token, cell), f"there is no footnote `[^{label}]`.", remedy)


def _depth_problems(tokens: Sequence[Token], cell: Cell) -> Iterator[Problem]:
    """Yield the first list, quote or box that is so deep in others that the parser drops its text.

    A list and its item are two levels.
    """
    for token in tokens:
        if token.type in _HOLDERS and token.level >= DEEPEST - 1:
            what = "this is nested too deeply: its text is lost."
            remedy = "Take it out of some of the lists, quotes or boxes around it."
            yield Problem(block_place(token, cell), what, remedy)
            return


_HOLDERS = frozenset(
    f"{name}_open"
    for name in ("admonition", "blockquote", "dd", "footnote_reference", "list_item", "tab")
)


def lost_code(cell: Cell, *, alone: bool) -> Iterator[Problem]:
    """Yield the blocks of code that do not run: of a misspelt language, or in one without an end.

    `alone` says that nothing else of the post runs: then they are all of its code.
    """
    for token in parse(cell.source):
        header = read_header(token.info) if token.type == "fence" else None
        if header and is_like_python(header.language) and not is_python(token.info):
            yield _lost_code(header.language, block_place(token, cell))
        elif token.type == "fence" and (place := _block_inside(token, cell, is_python)):
            yield never_ends(block_place(token, cell), token.markup, place)
        elif token.type == "fence" and alone and is_python(token.info):
            yield from _fence_problems(token, cell)


def _lost_code(language: str, place: Place) -> Problem:
    what = f"`{cut(language, SHOWN)}` is no language, so this block does not run."
    remedy = f"Did you mean `python`? ```python {SHOWN_ONLY} only shows a block."
    return Problem(place, what, remedy)


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
        yield _lost_code(header.language, place)
    elif is_diagram(header):
        yield from diagram_problems(token.content, header, place)
    first, last = token.map or (0, 0)
    closing = cell.lines[last - 1].text.strip().lstrip(">").strip()
    following = _block_inside(token, cell)
    if following or last - first < 2 or set(closing) != set(token.markup[:1]):  # noqa: PLR2004  two fences
        yield never_ends(place, token.markup, following)


def _block_inside(
    token: Token, cell: Cell, languages: Callable[[str], bool] = bool
) -> Place | None:
    """Return where in a block of code another one begins: then an end is missing above it."""
    first, _ = token.map or (0, 0)
    for number, text in enumerate(token.content.split("\n"), start=first + 1):
        if opens_block(text, token.markup) and languages(text.strip().lstrip(token.markup[0])):
            return cell.lines[number].place
    return None


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
