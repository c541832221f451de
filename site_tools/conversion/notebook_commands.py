"""Lines that only IPython understands → plain Python, or prose.

IPython's own parser turns `%magic` and `!command` into calls; those calls are what is replaced.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace

from site_tools.conversion.foreign_file import Piece
from site_tools.conversion.source_lines import replaced
from site_tools.model.source import is_code
from site_tools.model.text import cut

_NEEDLESS = frozenset(
    {"autoreload", "config", "load_ext", "matplotlib", "precision", "pylab", "reload_ext"}
)
"""Line magics without which a script does the same."""

_WRAPPING = frozenset({"capture", "memit", "prun", "time", "timeit"})
"""Cell magics that run the cell as it is, and measure or hide something."""

_LANGUAGES = {"bash": "sh", "sh": "sh", "html": "html", "javascript": "js", "latex": "latex"}
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class _Edit:
    first: int
    last: int
    """Lines, counted from 1."""
    text: str
    change: str


def without_commands(piece: Piece) -> tuple[Piece | None, list[str]]:
    """Return a code cell without notebook commands, and what was changed.

    The cell becomes prose where it is written in another language, and None where nothing is left.
    A cell that needs no change, or cannot be parsed, is returned as it is.
    """
    from IPython.core.inputtransformer2 import TransformerManager  # noqa: PLC0415  slow

    try:
        source = TransformerManager().transform_cell(piece.source)
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return piece, []
    if "get_ipython()" not in source:
        return piece, []
    if magic := _cell_magic(tree):
        return _unwrapped(piece, *magic)
    edits = [edit for node in ast.walk(tree) if (edit := _edit_of(node, source))]
    text = replaced(source.rstrip("\n"), [(e.first, e.last, e.text) for e in edits])
    left = replace(piece, source=text.strip("\n")) if _holds_code(text) else None
    return left, [edit.change for edit in edits]


def _holds_code(text: str) -> bool:
    """Return whether there is more than comments."""
    return any(map(is_code, text.split("\n")))


def _cell_magic(tree: ast.Module) -> tuple[str, str, str] | None:
    """Return name, line and body of the magic that a whole cell is given to."""
    match tree.body:
        case [ast.Expr(ast.Call(ast.Attribute(attr="run_cell_magic"), args))]:
            name, line, body = (ast.literal_eval(one) for one in args)
            return name, line, body
    return None


def _unwrapped(piece: Piece, name: str, line: str, body: str) -> tuple[Piece | None, list[str]]:
    shown = cut(f"%%{name} {line}".strip(), _SHOWN)
    if name in _WRAPPING:
        inner, changes = without_commands(replace(piece, source=body.strip("\n")))
        return inner, [f"`{shown}` removed", *changes]
    language = _LANGUAGES.get(name, "text")
    ticks = "`" * 3 if "```" not in body else "`" * 6
    prose = f"{ticks}{language}\n{body.rstrip()}\n{ticks}"
    change = f"`{shown}` is shown as text now, and not run"
    return replace(piece, kind="prose", source=prose), [change]


def _edit_of(node: ast.AST, source: str) -> _Edit | None:
    """Return how to replace a statement that calls IPython; None for other nodes."""
    if not isinstance(node, ast.Expr | ast.Assign) or node.end_lineno is None:
        return None
    call = node.value
    match call:
        case ast.Call(ast.Attribute(ast.Call(ast.Name("get_ipython")), method), args):
            values = [one.value if isinstance(one, ast.Constant) else "…" for one in args]
        case _:
            return None
    handle = _HANDLERS.get(method, _commented)
    text, change = handle([str(value) for value in values])
    if isinstance(node, ast.Assign):
        target = ast.unparse(node.targets[0])
        text = f"# {target} = … came from {change.partition('` ')[0]}`, which no script can run."
    indent = source.split("\n")[node.lineno - 1][: node.col_offset]
    if indent and not _holds_code(text):
        text = f"{text}\npass".lstrip("\n")
    text = "\n".join(indent + line for line in text.split("\n")) if text else ""
    return _Edit(node.lineno, node.end_lineno, text, change)


def _line_magic(values: list[str]) -> tuple[str, str]:
    name, line = (*values, "")[:2]
    shown = f"`{cut(f'%{name} {line}'.strip(), _SHOWN)}`"
    if name in _NEEDLESS:
        return "", f"{shown} removed"
    if name in {"pinfo", "pinfo2"}:
        return "", f"`{line}?` removed"
    if name in {"time", "prun"} and line:
        return line, f"{shown} runs without the magic"
    if name in {"pip", "conda", "mamba"}:
        return "", f"{shown} removed: a post's packages are pinned in constraints.txt"
    return f"# %{name} {line}".rstrip(), f"{shown} is a comment now"


def _shell(values: list[str]) -> tuple[str, str]:
    command = values[0] if values else ""
    shown = f"`{cut(f'!{command}', _SHOWN)}`"
    words = command.replace("python -m ", "").replace("python3 -m ", "").split()
    if words[:2] in (["pip", "install"], ["pip3", "install"], ["conda", "install"]):
        return "", f"{shown} removed: a post's packages are pinned in constraints.txt"
    return f"# !{command}", f"{shown} is a comment now"


def _commented(values: list[str]) -> tuple[str, str]:
    text = " ".join(values)
    return f"# {text}", f"`{cut(text, _SHOWN)}` is a comment now"


_HANDLERS: dict[str, Callable[[list[str]], tuple[str, str]]] = {
    "run_line_magic": _line_magic,
    "system": _shell,
    "getoutput": _shell,
}
