"""The code cells of a notebook, without the commands that only a notebook understands."""

from __future__ import annotations

from pathlib import Path

from site_tools.conversion.foreign_file import pieces_of
from site_tools.conversion.notebook_commands import without_commands
from site_tools.model.errors import BadProject, BadUsage
from site_tools.model.source import Cell, Line, Place
from site_tools.posts.text import split_lines
from site_tools.proving.wording import in_options


def notebook_cells(path: Path, file: str) -> tuple[Cell, ...]:
    """Return the code cells of a notebook; messages call it `file`.

    Raises BadUsage when it cannot be read.
    """
    try:
        pieces = pieces_of(path, file)
    except BadProject as error:
        raise BadUsage(in_options(str(error))) from None
    cells = []
    for piece in pieces:
        plain = without_commands(piece)[0] if piece.kind == "code" else None
        if plain is None or plain.kind != "code":
            continue
        lines = tuple(
            Line(text, Place(file, 0, f"cell {piece.number}, line {n}"))
            for n, text in enumerate(split_lines(plain.source), start=1)
        )
        cells.append(Cell("code", Place(file, 0, f"cell {piece.number}"), lines))
    return tuple(cells)
