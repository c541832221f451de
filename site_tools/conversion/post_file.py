"""Front matter and cells → a post in any of its formats. jupytext writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from site_tools.conversion.foreign_file import Piece

Format = Literal["md", "py", "ipynb"]

_JUPYTEXT = {
    "notebook_metadata_filter": "-all",
    "cell_metadata_filter": "alt,tags",
    "comment_magics": False,
}
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def post_file(header: str, pieces: Sequence[Piece], form: Format) -> str:
    """Return the text of a post."""
    import jupytext  # noqa: PLC0415  slow to import
    from nbformat import v4  # noqa: PLC0415

    cells = [v4.new_raw_cell(f"---\n{header.strip()}\n---", id="front-matter")]
    for number, piece in enumerate(pieces, start=1):
        make = v4.new_code_cell if piece.kind == "code" else v4.new_markdown_cell
        about = {"alt": piece.alt} if piece.alt else {}
        cells.append(make(piece.source, id=f"cell-{number}", metadata=about))
    if form == "ipynb":
        notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": _KERNEL})
        return str(jupytext.writes(notebook, "ipynb"))
    notebook = v4.new_notebook(cells=cells, metadata={"jupytext": _JUPYTEXT})
    return str(jupytext.writes(notebook, "py:percent" if form == "py" else "md"))
