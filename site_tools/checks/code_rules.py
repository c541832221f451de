"""Rules for code: magics, syntax, imports, cell tags, figures without alternative text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from site_tools.analysis.syntax import parse
from site_tools.checks.syntax_places import line_to_change
from site_tools.model.errors import Problem, nearest
from site_tools.model.post import Post
from site_tools.model.source import RAISES, Cell, Place
from site_tools.posts.dependencies import (
    Pins,
    distribution_of,
    imported_modules,
    is_standard,
)
from site_tools.posts.text import SKIPPED
from site_tools.posts.walkthrough import TAG

OURS = "site_tools"


TAGS = frozenset({"remove-cell", "remove-input", "remove-output", RAISES, SKIPPED, TAG})


_COMMAND = re.compile(
    r"\s*(?:[%!?]|[\w., ]+=\s*[%!]|(?:pip3?|conda|mamba|uv|cd|ls|cat|mkdir|wget|curl)\s+[\w./-])"
    r"|\s*[%\w.]+\?{1,2}\s*$"
)
"""A line that IPython understands and Python does not: `%time`, `!ls`, `x = !ls`, `zip?`."""

_TEXT = re.compile(r"```|<!--|!\[|> |[A-Z][\w']*,? [a-z][\w', ]*[.:!?]?$")
"""A line of Markdown that is none of Python: one with a fence, a comment, or a sentence."""


_NOT_ALIKE = "this line is indented in another way than the lines below it"
_LINE = re.compile(r"\bline (\d+)")


def code_problems(post: Post, pins: Pins) -> Iterator[Problem]:
    """Yield what is wrong with a post's code: magics, syntax, imports, figures without text."""
    for cell in post.code_cells:
        yield from _syntax_problems(cell)
        yield from _import_problems(cell, post, pins)
        if not cell.alt and any(_shows_figure(statement) for statement in parse(cell.source).body):
            yield without_alt(cell)
        for tag in sorted(cell.tags - TAGS):
            remedy = nearest(tag, TAGS) or f"The tags are {', '.join(sorted(TAGS))}."
            yield Problem(cell.place, f"unknown cell tag `{tag}`.", remedy)
    for name in post.packages:
        if name not in pins:
            what = f"`packages` names {name}, which constraints.txt does not pin."
            remedy = nearest(name, pins) or f"Pin it: `elevenlines pin {name}`."
            yield Problem(post.place_of("packages"), what, remedy)
    if not post.code_cells:
        yield Problem(Place(post.file, 1), "the post has no code.", "Add a ```python block.")


def _shows_figure(node: ast.AST) -> bool:
    """Return whether this code calls `plt.show()` outside of functions and classes."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return False
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "plt.show":
        return True
    return any(map(_shows_figure, ast.iter_child_nodes(node)))


def without_alt(cell: Cell) -> Problem:
    """Return the problem of a cell that shows a figure without alternative text."""
    what = "this cell shows a figure and has no alternative text."
    remedy = 'Say what it shows for a reader who cannot see it: `alt="…"` on the cell.'
    return Problem(cell.place, what, remedy, for_readers=True)


def _syntax_problems(cell: Cell) -> Iterator[Problem]:
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        yield _syntax_problem(cell, error)
    except (ValueError, RecursionError, MemoryError) as error:
        what = f"Python cannot read this code: {type(error).__name__} {error}".strip()
        yield Problem(cell.place, f"{what}.", "Is it nested too deeply?")


def _syntax_problem(cell: Cell, error: SyntaxError) -> Problem:
    number = line_to_change([one.text for one in cell.lines], error)
    line = cell.lines[number - 1]
    text = line.text.strip()
    if _COMMAND.match(line.text):
        what = f"`{text}` is a notebook command, and posts are plain Python."
        return Problem(line.place, what, "Readers run the download with `python`. Remove it.")
    said = _as_said(error, number, cell)
    more = " If it is text, end the code above it with ```." if _TEXT.match(text) else ""
    return Problem(line.place, f"SyntaxError: {said}.", f"See `{text}`.{more}")


def _as_said(error: SyntaxError, number: int, cell: Cell) -> str:
    """Return what Python says of a line of a cell, with the author's own numbers of lines."""

    def here(match: re.Match[str]) -> str:
        place = cell.lines[min(int(match[1]), len(cell.lines)) - 1].place
        return place.within or f"line {place.line}"

    said = error.msg.rstrip(".")
    if isinstance(error, IndentationError) and number != error.lineno:
        block = "expected an indented block"
        said = re.sub(r" on line \d+", "", said) if said.startswith(block) else _NOT_ALIKE
    return _LINE.sub(here, said)


def _import_problems(cell: Cell, post: Post, pins: Pins) -> Iterator[Problem]:
    for module, number in sorted(imported_modules(parse(cell.source)).items()):
        place = cell.lines[number - 1].place
        if module == OURS:
            what = f"the post imports `{OURS}`."
            yield Problem(place, what, "A download must run without this project. Remove it.")
        elif module == ".":
            what = "a relative import has no meaning in a script."
            yield Problem(place, what, 'Paste a snippet instead: `# --8<-- "name.py"`.')
        elif not is_standard(module) and not post.packages and not distribution_of(module, pins):
            what = f"no package in constraints.txt provides `{module}`."
            remedy = (
                f"Pin it (`elevenlines pin {module}`), or name its package in `packages:`; if "
                f"{module}.py is yours, move it to snippets/ and paste it: "
                f'`# --8<-- "{module}.py"`.'
            )
            alike = [pin for pin in pins if module not in pin]
            yield Problem(place, what, nearest(module, alike) or remedy)
