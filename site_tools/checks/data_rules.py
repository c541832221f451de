"""Rules for data files: what a browser would run, and what a download would read too early."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from site_tools.analysis.syntax import parse
from site_tools.checks.prose_rules import runs_in_browsers
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.posts.site_settings import Trust

_DRAWINGS = (".svg", ".svgz", ".js", ".mjs", ".css")


def data_problems(post: Post, trust: Trust) -> Iterator[Problem]:
    """Yield data files that cannot be published, or not be read by a download; code may be wrong.

    A download gets its data above its first code, but below imports from `__future__`.
    """
    for file in post.data if not trust.html else ():
        if runs_in_browsers(file.name) or file.name.lower().endswith(_DRAWINGS):
            what = f"`{file.name}` would be published, and may run code in readers' browsers."
            remedy = "Store its data as text or numbers, or trust authors: `trust_html: true`"
            yield Problem(file.place, what, f"{remedy} under `elevenlines:`.")
    if not post.data or not post.code_cells:
        return
    first = post.code_cells[0]
    try:
        statements = parse(first.source).body
    except SyntaxError:  # reported by another rule
        return
    future = [isinstance(s, ast.ImportFrom) and s.module == "__future__" for s in statements]
    if any(future) and not all(future):
        number = statements[future.index(True)].lineno
        what = "this import must be above the code that gets the data in a download."
        yield Problem(first.lines[number - 1].place, what, "Put it in a cell of its own.")
