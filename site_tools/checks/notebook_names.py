"""Names that exist in a notebook without an import, or in a script only.

The compiler resolves the names: a function's parameter, or a loop's variable, is not a global name.
"""

from __future__ import annotations

import ast
import dis
import re
from collections.abc import Iterator
from types import CodeType

from site_tools.checks.program_names import Finding, Program

NAMES = re.compile(
    r"display|get_ipython|In|Out|_{1,3}|_i{1,3}|_[oid]h|_i?\d+|ls|pwd|whos?|__file__"
)
"""Names that a notebook binds, or a script."""

_NAME_IT = "Give the value a name in the cell that computes it, and use that name."
_REMEDIES = {
    "display": "Use `print`, or import it: `from IPython.display import display`.",
    "get_ipython": "Remove it: readers run the download with `python`.",
    **dict.fromkeys(("ls", "pwd", "who", "whos"), "Remove it: it is a notebook command."),
    "__file__": "Remove it: a post reads no files beside it, and writes to the working directory.",
}
_ENVIRONMENT = {"IPython", "ipykernel", "__IPYTHON__", "google.colab"}
"""Texts in the condition by which a program distinguishes notebooks from scripts."""


def notebook_names(program: Program, code: CodeType) -> Iterator[Finding]:
    """Yield the first use of each name that the program does not bind itself."""
    found: dict[str, int] = {}
    guarded = _guarded_lines(program)
    for name, line in _uses(program, code):
        if line not in guarded:
            found[name] = min(line, found.get(name, line))
    if _imports_display(program):
        found.pop("display", None)
    yield from _shells_of_scripts(program, guarded)
    for name, line in sorted(found.items(), key=lambda item: (item[1], item[0])):
        if name == "__file__":
            what = "`__file__` exists in scripts only, and readers get a notebook as well."
        else:
            what = f"`{name}` exists in notebooks only, and readers get a script as well."
        yield line, what, _REMEDIES.get(name, _NAME_IT)


def _shells_of_scripts(program: Program, guarded: set[int]) -> Iterator[Finding]:
    """Yield uses of an imported `get_ipython()`, which is None in a script."""
    for node in program.nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
            name = program.name_of(node.value)
            is_shell = name.startswith("IPython.") and name.endswith(".get_ipython")
            if is_shell and node.lineno not in guarded:
                what = "`get_ipython()` is None in a script, and readers get a script as well."
                yield node.lineno, what, _REMEDIES["get_ipython"]


def _uses(program: Program, code: CodeType) -> Iterator[tuple[str, int]]:
    """Yield each use of one of the names that the program does not bind, with its line."""
    using = list(_parts_with_names(code))
    if not using:
        return
    bound = _stored(code)
    bound |= {name for node in program.nodes if isinstance(node, ast.Global) for name in node.names}
    for part in using:
        own = _stored(part)  # of a class
        for each in dis.get_instructions(part):
            is_global = each.opname in {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"}
            if is_global and NAMES.fullmatch(each.argval) and each.argval not in bound | own:
                yield each.argval, (each.positions and each.positions.lineno) or 1


def _parts_with_names(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of modules, classes and functions that has a global name of `NAMES`."""
    if any(map(NAMES.fullmatch, code.co_names)):
        yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _parts_with_names(constant)


def _stored(code: CodeType) -> set[str]:
    return {each.argval for each in dis.get_instructions(code) if each.opname == "STORE_NAME"}


def _guarded_lines(program: Program) -> set[int]:
    """Return the lines on which the program expects a name to be missing."""
    lines: set[int] = set()
    for node in program.nodes:
        parts: list[ast.AST] = []
        if isinstance(node, ast.Try) and any(map(_catches_missing_names, node.handlers)):
            parts = list(node.body)
        elif isinstance(node, ast.If | ast.IfExp | ast.BoolOp) and _asks_where_it_runs(node):
            parts = [node]
        elif isinstance(node, ast.With) and "suppress(NameError" in ast.unparse(node.items[0]):
            parts = list(node.body)
        for part in parts:
            first, last = getattr(part, "lineno", 0), getattr(part, "end_lineno", 0)
            lines.update(range(first, last + 1))
    return lines


def _catches_missing_names(handler: ast.ExceptHandler) -> bool:
    caught = ast.unparse(handler.type) if handler.type else "NameError"
    return bool(re.search(r"\b(NameError|Exception|BaseException)\b", caught))


def _asks_where_it_runs(node: ast.If | ast.IfExp | ast.BoolOp) -> bool:
    test = node if isinstance(node, ast.BoolOp) else node.test
    texts = {part.value for part in ast.walk(test) if isinstance(part, ast.Constant)}
    return any(
        isinstance(text, str) and (text in _ENVIRONMENT or NAMES.fullmatch(text)) for text in texts
    )


def _imports_display(program: Program) -> bool:
    """Return whether all names of IPython are imported by a star."""
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("IPython")
        and node.names[0].name == "*"
        for node in program.nodes
    )
