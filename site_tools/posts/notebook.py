"""`.ipynb` → front matter and cells.

A notebook is JSON, and its author sees cells, not lines. A place therefore has both: the line
of the file, which an editor can jump to, and the cell with the line inside it. To know the
file's lines, the JSON decoder notes where each string began.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from json import scanner
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from site_tools.model.errors import BadPost, Problem
from site_tools.model.source import Cell, Line, Place
from site_tools.model.text import cut
from site_tools.posts.attachments import taken_out
from site_tools.posts.text import (
    Parts,
    check_number,
    make_cell,
    raw_cell,
    split_header,
    split_lines,
)

_PYTHON = {"", "python", "python3", "ipython", "ipython3"}


class _Located(str):
    """A JSON string that knows the offset of its closing quote."""

    __slots__ = ("end",)
    end: int


class _Cell(BaseModel):
    model_config = ConfigDict(strict=True)

    cell_type: str
    source: str | list[str]
    metadata: dict[str, Any] = {}


class _Notebook(BaseModel):
    model_config = ConfigDict(strict=True)

    cells: list[_Cell]


def read(content: str, file: str) -> Parts:
    """Read a notebook whose first cell is a raw cell with the front matter.

    Raises BadPost when it is not a notebook of format 4, or has no front matter.
    """
    notebook = _load(content, file)
    ends = [match.start() for match in re.finditer("\n", content)]
    cells = [
        (cell["cell_type"], _lines(cell["source"], number, ends, file), cell)
        for number, cell in enumerate(notebook["cells"], start=1)
    ]
    kind, lines, _ = cells[0] if cells else ("", (), {})
    if kind == "markdown" and lines and lines[0].text.rstrip() == "---":
        what = "the front matter is in a Markdown cell."
        raise BadPost([Problem(lines[0].place, what, "Change the type of this cell to Raw.")])
    header, rest = split_header(list(lines) if kind == "raw" else [], "", file)
    if any(line.text.strip() for line in rest):
        what = "the raw cell goes on after the front matter."
        raise BadPost([Problem(rest[0].place, what, "Put prose into a Markdown cell.")])
    raw = [lines[0].place for kind, lines, _ in cells[1:] if kind == "raw" and lines]
    if raw:
        raise BadPost([raw_cell(place) for place in raw])
    kinds = {"markdown": "prose", "code": "code"}
    return Parts(
        header,
        tuple(
            _cell(kinds[kind], lines, cell)
            for kind, lines, cell in cells
            if kind in kinds and lines
        ),
    )


def _cell(kind: str, lines: tuple[Line, ...], source: Any) -> Cell:
    attached = source.get("attachments")
    new, attachments = taken_out(lines, attached if isinstance(attached, dict) else {})
    made = make_cell(kind, new, source.get("metadata", {}), lines[0].place)
    return replace(made, attachments=attachments)


def _lines(
    source: _Located | list[_Located], number: int, ends: Sequence[int], file: str
) -> tuple[Line, ...]:
    """Return a cell's lines; a part of its source may hold several, or a piece of one.

    `ends` are where the lines of the file end.
    """
    check_number(number, Place(file, 1, f"cell {number}"))
    lines: list[Line] = []
    unfinished = False
    parts: list[_Located] = [source] if isinstance(source, str) else source
    for part in parts:
        file_line = bisect_left(ends, part.end) + 1
        for text in split_lines(part):
            if unfinished:
                lines[-1] = replace(lines[-1], text=lines[-1].text + text)
            else:
                within = f"cell {number}, line {len(lines) + 1}"
                lines.append(Line(text, Place(file, file_line, within)))
            unfinished = False
        unfinished = bool(part) and not part.endswith("\n")
    return tuple(lines)


def other_language(metadata: Any) -> str:
    """Return in which language but Python a notebook is written; empty for Python."""
    notes = metadata if isinstance(metadata, dict) else {}
    parts = (notes.get("language_info"), "name"), (notes.get("kernelspec"), "language")
    named = [str(part.get(key) or "") for part, key in parts if isinstance(part, dict)]
    language = next(filter(None, named), "")
    return "" if language.lower() in _PYTHON else language


def _shown(value: object) -> str:
    return cut(" ".join(str(value).split()), 20)


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
    remedy = "Open it in Jupyter and save it again."
    try:
        notebook = decoder.decode(content)
        version = notebook.get("nbformat", 4) if isinstance(notebook, dict) else 4
        if version != 4:  # noqa: PLR2004
            what = f"this is a notebook of format {_shown(version)}, and format 4 is read."
            raise BadPost([Problem(Place(file, 1), what, remedy)])
        _Notebook.model_validate(notebook)
        if language := other_language(notebook.get("metadata")):
            what = f"this notebook is written in {_shown(language)}."
            raise BadPost([Problem(Place(file, 1), what, "Posts are written in Python.")])
        json.dumps(notebook, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        what = f"this is not a notebook: {error.msg} at column {error.colno}."
        raise BadPost([Problem(Place(file, error.lineno), what, remedy)]) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the top"
        what = f"this is not a notebook of format 4: {first['msg'].lower()} at `{where}`."
        raise BadPost([Problem(Place(file, 1), what, remedy)]) from None
    except (ValueError, RecursionError) as error:  # a half of a character, a number too long
        what = f"this notebook cannot be read: {type(error).__name__}."
        raise BadPost([Problem(Place(file, 1), what, remedy)]) from None
    return notebook
