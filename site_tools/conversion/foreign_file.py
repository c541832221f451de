"""A notebook, script or Markdown file from elsewhere → its cells, without outputs."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from site_tools.model.errors import BadProject
from site_tools.model.text import cut
from site_tools.posts.notebook import other_language

SUFFIXES = (".ipynb", ".py", ".md")

_KINDS: dict[str, Literal["prose", "code"]] = {"markdown": "prose", "code": "code"}
"""What the kinds of cells in a notebook are called here."""

_CELL = re.compile(
    r"(?m)^(`{3,})[ \t]*\{(?:\.?python\b[^}\n]*\}|code-cell\}[ \t]*(?:i?python3?)?)[ \t]*$"
)
"""What begins a cell in Markdown of other tools: d2lbook, Pandoc, Quarto, R Markdown and MyST."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell of the file, or a part of one."""

    kind: Literal["prose", "code"]
    source: str
    number: int
    """The cell of the original file that it comes from, counted from 1."""
    alt: str = ""
    """What the cell's figure shows."""


def pieces_of(path: Path, shown: str = "") -> list[Piece]:
    """Return the cells of a file that have any text; raw cells are left out.

    Messages call it `shown`, by default its path.

    Raises BadProject when the file is no notebook, script or Markdown in Python.
    """
    name = shown or str(path)
    if path.suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise BadProject(f"{name}: cannot be read as a post. Use a file of one of: {known}.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadProject(f"{name}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise BadProject(f"{name}: is not UTF-8. Save it as UTF-8.") from None
    notebook = _notebook(name, text) if path.suffix == ".ipynb" else _text(path.suffix, name, text)
    if language := other_language(notebook.metadata):
        raise BadProject(f"{name}: is written in {language}. Posts are written in Python.")
    pieces = []
    for number, cell in enumerate(notebook.cells, start=1):
        kind = _KINDS.get(cell.cell_type)
        if kind and cell.source.strip():
            pieces.append(Piece(kind, cell.source.strip("\n"), number))
    if not any(piece.kind == "code" for piece in pieces):
        raise BadProject(f"{name}: has no code in Python. A post needs some that runs.")
    return pieces


def pieces_of_text(text: str) -> tuple[str, list[Piece]]:
    """Return the front matter and the cells of a post in Markdown."""
    import jupytext  # noqa: PLC0415  slow to import

    header, *cells = jupytext.reads(text, fmt="md").cells
    pieces = [Piece(_KINDS[c.cell_type], c.source, i) for i, c in enumerate(cells, start=1)]
    return header.source.removeprefix("---\n").removesuffix("\n---"), pieces


def _notebook(name: str, text: str) -> Any:
    """Return a notebook in format 4; older formats are upgraded."""
    import nbformat  # noqa: PLC0415  slow to import

    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        what = f"{name}:{line}: is not valid JSON: {error}."
        raise BadProject(f"{what} Correct it there, or save it from Jupyter again.") from None
    if not isinstance(content, dict) or not content.keys() & {"cells", "worksheets"}:
        raise BadProject(f"{name}: is no notebook: it has no cells. Open and save it in Jupyter.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without an id, in older notebooks
            notebook = nbformat.reads(text, as_version=4)
            nbformat.validate(notebook, relax_add_props=True)
    except Exception as error:  # noqa: BLE001  whatever is wrong with the JSON
        said = cut(str(error).partition("\n")[0], 100)
        what = f"{name}: is not a notebook that can be read: {said}."
        raise BadProject(f"{what} Open and save it in Jupyter.") from None
    return notebook


def _text(suffix: str, name: str, text: str) -> Any:
    import jupytext  # noqa: PLC0415  slow to import

    if suffix == ".md":
        text = _CELL.sub(r"\1python", text)
    try:
        return jupytext.reads(text, fmt=suffix[1:])
    except Exception as error:  # noqa: BLE001  whatever jupytext cannot read
        said = cut(str(error).partition("\n")[0], 100)
        raise BadProject(f"{name}: jupytext cannot read it: {said}.") from None
