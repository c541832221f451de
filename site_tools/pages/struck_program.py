"""The program of a control on a post's page: the lines that it skipped are struck out."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence

from site_tools.model.post import Post
from site_tools.model.run import Update
from site_tools.posts.walkthrough import program_of


def struck_programs(post: Post, addresses: Mapping[tuple[Update, ...], str]) -> Iterator[str]:
    """Yield each program that was run as a control, its struck-out lines marked."""
    for struck, address in addresses.items():
        own = [update for update in struck if update.cell]
        if own:
            yield f'<details class="struck no-copy" id="{address}">'
            which = _which(own, addresses)
            yield f"<summary>The program with learning switched off{which}</summary>"
            yield from _struck_blocks(post, own)
            yield "</details>"


def _which(struck: Sequence[Update], addresses: Mapping[tuple[Update, ...], str]) -> str:
    """Return the names that a program does not update, which distinguish it from the others."""
    names = dict.fromkeys(update.name for update in struck if update.name)
    return f" ({', '.join(names)})" if len(addresses) > 1 and names else ""


def _struck_blocks(post: Post, struck: Sequence[Update]) -> Iterator[str]:
    program = program_of(post)
    places = {(update.cell, update.line) for update in struck}
    cells = {update.cell for update in struck}
    shown = cells | program.cells if program and program.cells & cells else cells
    total = len(post.code_cells)
    rest = total - len(shown)
    others = f" The other {rest} blocks ran as they are." if rest > 1 else ""
    others = " The other block ran as it is." if rest == 1 else others
    yield f'<p class="evidence-facts">Struck lines were skipped, or undone.{others}</p>'
    if program and program.cells & cells:
        yield _struck_block((own.text, (own.cell, own.line) in places) for own in program.lines)
        cells -= program.cells
    for cell in sorted(cells):
        if total > 1:
            yield f'<p class="evidence-facts">Code block {cell} of {total}</p>'
        yield _struck_block(
            (line.text, (cell, number) in places)
            for number, line in enumerate(post.code_cells[cell - 1].lines, start=1)
        )


def _struck_block(lines: Iterable[tuple[str, bool]]) -> str:
    """Return numbered lines, each struck out or not."""
    numbered = [
        _struck_line(number, text, struck=struck)
        for number, (text, struck) in enumerate(lines, start=1)
    ]
    return f"<pre><code>{'&#10;'.join(numbered)}</code></pre>"


def _struck_line(number: int, text: str, *, struck: bool) -> str:
    code = html.escape(text)
    if struck:
        indent = len(text) - len(text.lstrip())
        code = f"{' ' * indent}<del>{html.escape(text.strip())}</del>"
    return f'<span class="number">{number:3}</span>{code}'
