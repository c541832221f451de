"""What published notebooks hold, and whether two of them show the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest


def record(published: Path, slug: str) -> Any:
    """Return the notebook of the published run, as the site shows it."""
    return nbformat.read(published / "build" / "docs" / "runs" / f"{slug}.ipynb", as_version=4)


def code_cells(book: Any) -> list[Any]:
    return [cell for cell in book.cells if cell.cell_type == "code"]


def sources(book: Any) -> list[str]:
    return [cell.source for cell in code_cells(book)]


def text_of(cell: Any) -> list[str]:
    """Return all that a cell printed or showed as text, in pieces of number and not number."""
    texts = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell.outputs]
    figures = ("<Figure size",)
    kept = "".join(text for text in texts if not text.startswith(figures))
    return re.split(r"(-?\d+\.\d+(?:e[+-]?\d+)?)", kept)


def about(pieces: list[str]) -> list[object]:
    """Return the pieces with every number widened by its tolerance."""
    return [
        Near(piece) if re.fullmatch(r"-?\d+\.\d+(?:e[+-]?\d+)?", piece) else piece
        for piece in pieces
    ]


def masked(text: str) -> str:
    """Return a text with a sign for each number: times are other ones in each run."""
    return re.sub(r"\d[\d.,]*", "#", re.sub(r"\s+", " ", text))


class Near:
    """Equal to a text that is the same number, almost."""

    def __init__(self, text: str) -> None:
        self.number = float(text)

    def __eq__(self, other: object) -> bool:
        return float(str(other)) == pytest.approx(self.number, rel=1e-3, abs=1e-6)

    def __hash__(self) -> int:
        return hash(self.number)

    def __repr__(self) -> str:
        return f"about {self.number}"


def printed(book: Any) -> str:
    """Return what a notebook's code printed; a script does not print a last line's value."""
    outputs = [output for cell in code_cells(book) for output in cell.outputs]
    return "".join(o.text for o in outputs if o.output_type == "stream" and o.name == "stdout")
