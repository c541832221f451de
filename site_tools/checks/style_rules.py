"""House rules for posts: what makes code pleasant to read and prose true. Nothing here runs a post.

`elevenlines check` reports them. What breaks one of `errors` must be fixed; `warnings` may
have their reasons. A site sets the limits, and may switch rules off: `posts.site_options.Style`.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from itertools import pairwise

from site_tools.analysis.syntax import parse
from site_tools.model.errors import Problem
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import Cell, is_code
from site_tools.posts.dependencies import imported_modules
from site_tools.posts.markdown_parser import words_of
from site_tools.posts.site_options import Style

_NOT_FOR_POSTS = {
    "argparse": "Constants at the top do; a post has no command line.",
    "logging": "`print` does.",
    "tqdm": "A post trains in seconds; print every hundredth step.",
}
_DECIMAL = re.compile(r"(?<![\w.,/:=-])[-\u2212]?\d+\.\d+(?![\w.]*\d)(?!\w)")
_NUMBER = re.compile(r"[-\u2212]?\d[\d_,]*(?:\.\d+)?(?:e[-+]?\d+)?")
_ADDRESS = re.compile(r"https?://\S+")


def errors(post: Post, style: Style) -> Iterator[Problem]:
    """Yield what no post may have: cells that are too long to take in."""
    for cell in post.code_cells:
        count = sum(is_code(line.text) for line in cell.lines)
        if style.cell_lines and count > style.cell_lines:
            what = f"this cell has {count} lines of code; {style.cell_lines} are the most."
            yield Problem(cell.place, what, "One idea a cell: split it, with a sentence between.")


def warnings(post: Post, run: Run | None, style: Style) -> Iterator[Problem]:
    """Yield what a post should not have.

    Numbers in its prose are compared with what the published run printed, if that is known.
    """
    for cell in post.code_cells:
        yield from _wide_lines(cell, style.line_width)
        yield from _heavy_code(cell, style)
    for one, other in pairwise(cell for cell in post.cells if cell.source.strip()):
        if style.prose_between_cells and one.kind == other.kind == "code":
            yield Problem(other.place, "there is no prose before this cell.", "Say what it is for.")
    yield from _few_words(post, style.words_per_line)
    if style.computed_numbers and run is not None and run.failure is None:
        yield from _numbers_from_nowhere(post, run)


def _wide_lines(cell: Cell, most: int | None) -> Iterator[Problem]:
    for line in cell.lines:
        if most and len(line.text) > most and not line.text.lstrip().startswith("#"):
            what = f"this line has {len(line.text)} characters; {most} fit a page."
            yield Problem(line.place, what, "Break it inside of brackets.")


def _heavy_code(cell: Cell, style: Style) -> Iterator[Problem]:
    """Yield what a plain script does without."""
    tree = parse(cell.source)
    for module, number in imported_modules(tree).items():
        if style.plain_imports and module in _NOT_FOR_POSTS:
            what = f"a post needs no `{module}`."
            yield Problem(cell.lines[number - 1].place, what, _NOT_FOR_POSTS[module])
    for node in ast.walk(tree):
        if style.no_try and isinstance(node, ast.Try):
            what = "`try` hides what goes wrong."
            yield Problem(cell.lines[node.lineno - 1].place, what, "Let it raise.")
        if style.no_type_hints and _is_annotated(node):
            line: int = node.lineno  # type: ignore[attr-defined]
            what = "type hints are one more thing to explain."
            yield Problem(cell.lines[line - 1].place, what, "Say it in a comment.")


def _is_annotated(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node.returns is not None
    return isinstance(node, ast.AnnAssign) or (isinstance(node, ast.arg) and bool(node.annotation))


def _few_words(post: Post, least: int | None) -> Iterator[Problem]:
    lines = sum(is_code(line.text) for cell in post.code_cells for line in cell.lines)
    prose = (words_of(cell.source) for cell in post.prose_cells)
    comments = (line.text.partition("#")[2] for cell in post.code_cells for line in cell.lines)
    words = sum(len(text.split()) for texts in (prose, comments) for text in texts)
    if least and lines and words < least * lines:
        what = f"{words:,} words explain {lines:,} lines of code: {words / lines:.1f} a line."
        yield Problem(post.place_of("title"), what, f"Beginners need {least} or more.")


def _numbers_from_nowhere(post: Post, run: Run) -> Iterator[Problem]:
    """Yield decimals in prose that the post neither computes nor contains in its code."""
    known = [value for value in run.values.values() if isinstance(value, float)]
    known += [math.e, math.pi, *(claim.goal.number for claim in post.claims)]
    shown = [output.get("text") or output.get("data", {}).get("text/plain", "")
             for outputs in run.outputs for output in outputs]  # fmt: skip
    for text in [*shown, *post.sources]:
        known += [_value(match[0]) for match in _NUMBER.finditer(str(text))]
    for cell in post.prose_cells:
        text = _ADDRESS.sub(lambda match: " " * len(match[0]), words_of(cell.source))
        for match in _DECIMAL.finditer(text):
            if not any(_says(match[0], number) for number in known):
                place = cell.place_at(match.start())
                what = f"no cell computes {match[0]}."
                yield Problem(place, what, "Print it, or say it without a number.")


def _value(text: str) -> float:
    return float(re.sub("[,_]", "", text.replace("\u2212", "-")).rstrip("."))


def _says(text: str, number: float) -> bool:
    """Return whether a number in prose is this one or its percentage, to its own decimals."""
    value, digits = _value(text), len(text.partition(".")[2])
    rounding = 0.5 * 10.0**-digits + 1e-12
    return any(abs(abs(value) - abs(one)) <= rounding for one in (number, 100 * number))
