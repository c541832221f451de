"""Rules for what a run has shown: figures need words, and nothing that was shown is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from site_tools.analysis.syntax import parse
from site_tools.checks import html_cleaning
from site_tools.checks.code_rules import without_alt
from site_tools.checks.object_addresses import address_in, is_noise, place_of_print
from site_tools.checks.output_cleaning import (
    HTML,
    LATEX,
    MARKDOWN,
    PLAIN,
    RASTERS,
    SVG,
    excess,
    fault,
    fit,
    shown_kind,
)
from site_tools.checks.text_outputs import latex_html, markdown_as_html, markdown_html
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Output, Run
from site_tools.model.source import Cell, Place
from site_tools.posts.formulas import BadTex

_PICTURES = (SVG, *RASTERS)
_LESS = "Show a part of it, such as its first rows."
_SAVE = "Draw it with matplotlib, or save it as PNG."
_SHOW = "Show a figure, a table or text instead, or nothing."
_ADDRESS_REMEDY = "Print what the object holds, or give its class a `__repr__`."
_VALUE_REMEDY = "End the line with `;`, or assign the value to `_`, and print what a reader needs."


def shown_problems(post: Post, run: Run) -> Iterator[Problem]:
    """Yield what keeps a page from showing what the cells have printed and shown.

    The full run shows all that was printed, also that which the page of the post hides.
    """
    for cell, outputs in zip(post.code_cells, run.outputs, strict=False):
        yield from _printed(cell, outputs)
        if cell.tags & {"remove-cell", "remove-output"}:
            continue
        shown = [(data, fit(data)) for output in outputs if (data := output.get("data"))]
        if cell.label and not any(shown_kind(kept) in _PICTURES for _, kept in shown):
            what = f"this cell has the label `{cell.label}`, and shows no figure."
            yield Problem(cell.place, what, "Remove the label, or draw.", for_readers=True)
        if not cell.alt and any(_needs_alt(data, kept) for data, kept in shown):
            yield without_alt(cell)
        for data, kept in shown:
            yield from _shown(cell, data, kept)


def _printed(cell: Cell, outputs: Iterable[Output]) -> Iterator[Problem]:
    """Yield the first line that prints the address of an object."""
    texts = (str(output.get("text") or output.get("evalue", "")) for output in outputs)
    for line in "\n".join(texts).splitlines():
        if found := address_in(line):
            what = f"this prints the address of an object, `{found}`, which differs in each run."
            yield Problem(place_of_print(cell, line), what, _ADDRESS_REMEDY)
            return


def _shown(cell: Cell, data: Mapping[str, Any], kept: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what keeps a page from showing an output, of which a page may show what is `kept`."""
    first, kind = shown_kind(data), shown_kind(kept)
    if first and (found := excess(first, data[first])):
        yield Problem(cell.place, f"this cell's {first} {found}.", _LESS)
    elif kind in {MARKDOWN, LATEX}:
        try:
            html = (markdown_html if kind == MARKDOWN else latex_html)(kept[kind], "output")
        except BadTex as bad:
            yield Problem(cell.place, f"in what this cell shows, {bad.what}", bad.remedy)
        else:
            yield from _with_address(cell, html)
    elif kind == HTML:
        yield from _with_address(cell, kept[HTML])
    elif not kind and set(data) == {PLAIN}:
        if not is_noise(data[PLAIN]):
            found = address_in(data[PLAIN])
            what = f"this shows the address of an object, `{found}`, which differs in each run."
            yield Problem(_last_line(cell), what, _VALUE_REMEDY)
    elif not kind and any(str(value).strip() for value in data.values()):
        lost = next(name for name in data if name != PLAIN) if first in {"", PLAIN} else first
        remedy = _SAVE if lost.startswith("image/") else _SHOW
        yield Problem(cell.place, f"this cell's {lost} {fault(lost, data[lost])}.", remedy)


def _with_address(cell: Cell, html: str) -> Iterator[Problem]:
    if found := address_in(html_cleaning.words_of(html)):
        what = f"this cell shows the address of an object, `{found}`, which differs in each run."
        yield Problem(cell.place, what, _ADDRESS_REMEDY)


def _last_line(cell: Cell) -> Place:
    """Return the place of a cell's last line of code, whose value a notebook shows."""
    body = parse(cell.source).body
    return cell.lines[body[-1].lineno - 1].place if body else cell.place


def _needs_alt(data: Mapping[str, Any], kept: Mapping[str, Any]) -> bool:
    """Return whether an output is a picture, or has one without an alternative text."""
    kind = shown_kind(kept)
    if kind == HTML:
        return html_cleaning.has_picture_without_alt(kept[HTML])
    if kind == MARKDOWN:
        html = html_cleaning.cleaned(markdown_as_html(kept[MARKDOWN]))
        return html_cleaning.has_picture_without_alt(html)
    return kind in _PICTURES or (not kind and any(name.startswith("image/") for name in data))
