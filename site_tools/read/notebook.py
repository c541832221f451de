"""`.ipynb` → front matter and cells.

A notebook is JSON, and its author sees cells, not lines. A place therefore has both: the line
of the file, which an editor can jump to, and the cell with the line inside it. To know the
file's lines, the JSON decoder notes where each string began.
"""

from __future__ import annotations

import json
from json import scanner
from typing import Any

from site_tools.errors import BadPost, Problem
from site_tools.post import Cell, Line, Place
from site_tools.read.text import Parts, make_cell, split_header

OLDEST_FORMAT = 4
"""The notebook format whose files have `cells` at the top."""


class _Located(str):
    """A JSON string that knows the offset of its closing quote."""

    __slots__ = ("end",)
    end: int


def read(content: str, file: str) -> Parts:
    """Read a notebook whose first cell is a raw cell with the front matter.

    Raises BadPost when it is not a notebook of format 4, or has no front matter.
    """
    notebook = _load(content, file)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        what = "this is not a notebook of format 4: it has no `cells`."
        raise BadPost([Problem(Place(file, 1), what, "Open it in Jupyter and save it anew.")])
    cells = [
        (cell, _lines(cell, number, content, file))
        for number, cell in enumerate(notebook["cells"], start=1)
    ]
    first = cells[0] if cells else ({}, ())
    is_header = first[0].get("cell_type") == "raw"
    header, rest = split_header(list(first[1]) if is_header else [], "", file)
    if any(line.text.strip() for line in rest):
        what = "the raw cell goes on after the front matter."
        raise BadPost([Problem(rest[0].place, what, "Put prose into a Markdown cell.")])
    kinds = {"markdown": "prose", "code": "code"}
    return Parts(
        header,
        tuple(
            _cell(kinds[cell["cell_type"]], cell, lines, Place(file, 1, f"cell {number}"))
            for number, (cell, lines) in enumerate(cells, start=1)
            if cell.get("cell_type") in kinds
        ),
    )


def _cell(kind: str, cell: dict[str, Any], lines: tuple[Line, ...], empty: Place) -> Cell:
    place = lines[0].place if lines else empty
    return make_cell(kind, lines, cell.get("metadata") or {}, place)


def _lines(cell: dict[str, Any], number: int, content: str, file: str) -> tuple[Line, ...]:
    source = cell.get("source", "")
    parts = [source] if isinstance(source, str) else source
    lines: list[Line] = []
    for part in parts:
        end = part.end if isinstance(part, _Located) else 0
        file_line = content.count("\n", 0, end) + 1
        for text in part.splitlines():
            within = f"cell {number}, line {len(lines) + 1}"
            lines.append(Line(text, Place(file, file_line, within)))
    return tuple(lines)


def _load(content: str, file: str) -> Any:
    decoder: Any = json.JSONDecoder()
    plain = decoder.parse_string

    def located(text: str, start: int, strict: bool = True) -> tuple[str, int]:  # noqa: FBT001, FBT002
        value, end = plain(text, start, strict)
        string = _Located(value)
        string.end = end
        return string, end

    decoder.parse_string = located
    decoder.scan_once = scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]
    try:
        return decoder.decode(content)
    except json.JSONDecodeError as error:
        what = f"this is not a notebook: {error.msg} at column {error.colno}."
        remedy = "Open it in Jupyter and save it anew."
        raise BadPost([Problem(Place(file, error.lineno), what, remedy)]) from None
