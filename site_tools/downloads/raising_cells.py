"""Cells that are meant to raise → code that prints the exception, so that a script goes on."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from site_tools.analysis.syntax import parse
from site_tools.model.post import Post
from site_tools.model.run import Output, Run
from site_tools.model.source import RAISES, Line


def caught(post: Post) -> Post:
    """Return a post in which the cells that are meant to raise print their exception instead."""
    if not post.raising:
        return post
    name = free_name(post)
    cells = []
    for cell in post.cells:
        if RAISES in cell.tags:
            texts = guarded(cell.source, name).split("\n")
            lines = tuple(Line(text, cell.place) for text in texts)
            cell = replace(cell, lines=lines, tags=cell.tags - {RAISES})  # noqa: PLW2901
        cells.append(cell)
    return replace(post, cells=tuple(cells))


def as_printed(run: Run) -> Run:
    """Return a run whose exceptions are printed, as those of such a post are."""
    return replace(run, outputs=tuple(tuple(map(_printed, cell)) for cell in run.outputs))


def guarded(source: str, name: str) -> str:
    """Return code that prints the exception of other code; `name` is bound to it meanwhile."""
    inside = {
        number
        for node in ast.walk(parse(source))
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno
        for number in range(node.lineno + 1, node.end_lineno + 1)
    }
    """The lines that begin in the middle of a text, which must not be indented."""
    lines = [
        f"    {line}" if line.strip() and number not in inside else line
        for number, line in enumerate(source.split("\n"), start=1)
    ]
    shown = f"{{type({name}).__name__}}: {{{name}}}"
    return "\n".join(["try:", *lines, f"except Exception as {name}:", f'    print(f"{shown}")'])


def free_name(post: Post) -> str:
    """Return a name for an exception that the post does not use."""
    name, used = "raised", "\n".join([*post.sources, *(claim.metric for claim in post.claims)])
    while re.search(rf"\b{name}\b", used):
        name += "_"
    return name


def _printed(output: Output) -> Output:
    if output["output_type"] != "error":
        return output
    return {"output_type": "stream", "name": "stdout", "text": f"{output['traceback'][-1]}\n"}
