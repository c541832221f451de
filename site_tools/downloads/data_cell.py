"""The cell with which a download gets its data files: from beside it, or from the site."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from importlib import resources
from string import Template
from typing import Any

from site_tools.analysis.syntax import parse
from site_tools.downloads import notebook_cells
from site_tools.downloads.notebook_cells import Addresses
from site_tools.model.post import Post


def data_code(post: Post, addresses: Addresses) -> str:
    """Return code that makes sure that a post's data files are there; empty without any."""
    if not post.data:
        return ""
    template = resources.files("site_tools.downloads") / "templates" / "data_files.txt"
    files = [
        f"    {json.dumps(file.name, ensure_ascii=False)}: {json.dumps(file.digest)},"
        for file in post.data
    ]
    text = Template(template.read_text(encoding="utf-8"))
    return text.substitute(address=addresses.of(post), files="\n".join(files)).rstrip()


def with_data(cells: Iterable[Any], post: Post, addresses: Addresses) -> list[Any]:
    """Return a notebook's cells with one that gets the data, above the first code that may read it.

    Imports from `__future__` stay above all other code.
    """
    found = list(cells)
    code = data_code(post, addresses)
    if code:
        places = [i for i, cell in enumerate(found) if cell.cell_type == "code"]
        first = places[0] if places else len(found)
        after = bool(places) and begins_in_future(found[first].source)
        found.insert(first + after, notebook_cells.code(code, "data"))
    return found


def begins_in_future(source: str) -> bool:
    """Return whether code begins with an import from `__future__`."""
    try:
        statements = parse(source).body
    except SyntaxError:
        return False
    return any(isinstance(s, ast.ImportFrom) and s.module == "__future__" for s in statements)
