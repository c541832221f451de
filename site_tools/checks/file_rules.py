"""Rule for files: a post runs in an empty folder, so it can read only what it has written."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from site_tools.analysis.syntax import called_name
from site_tools.checks.program_names import Finding, Program
from site_tools.posts.undeclared_data import how_to_declare

_READERS = re.compile(
    r"open|io\.open|builtins\.open|PIL\.Image\.open|(torch|joblib)\.load"
    r"|numpy\.(load|loadtxt|genfromtxt|fromfile)|matplotlib\.(pyplot|image)\.imread"
    r"|pandas\.read_(csv|table|fwf|json|excel|parquet|feather|pickle|hdf)"
)
_PATH_READERS = {"read_text", "read_bytes", "open"}
_PATH_KEYWORDS = {"file", "fname", "f", "fp", "filepath_or_buffer", "path", "io"}
_LEAST_PREFIX = 3
"""Characters of a text that may begin the name of a file, as in `f"part-{i}.txt"`."""
_MAY_CREATE = {
    *("chdir", "extractall", "extract", "unpack_archive", "urlretrieve", "system", "exec"),
    *("run", "Popen", "call", "check_call", "check_output", "__import__", "symlink", "rename"),
}
"""Calls after which any file may exist."""


def missing_files(program: Program, data: Collection[str], root: Path) -> Iterator[Finding]:
    """Yield reads of a file by a relative path that nothing else in the code mentions.

    `data` are the paths of the post's data files, and `root` is the project's folder.
    """
    if any(isinstance(n, ast.Call) and called_name(n) in _MAY_CREATE for n in program.nodes):
        return
    tried = {
        part
        for node in program.nodes
        if isinstance(node, ast.Try | ast.With) and _may_fail(node)
        for statement in node.body
        for part in ast.walk(statement)
    }
    for node in program.nodes:
        if isinstance(node, ast.Call) and node not in tried:
            path = _read_path(node, program)
            declared = path is not None and str(path.value).removeprefix("./") in data
            if path is not None and not declared and _is_alone(path, program):
                what = f"{path.value!r} is read, and no line of the post writes it."
                yield path.lineno, what, how_to_declare(str(path.value), data, root)


def _may_fail(node: ast.Try | ast.With) -> bool:
    """Return whether errors inside of this block are expected."""
    if isinstance(node, ast.Try):
        return bool(node.handlers)
    return any("suppress" in ast.unparse(item.context_expr) for item in node.items)


def _read_path(call: ast.Call, program: Program) -> ast.Constant | None:
    """Return the constant path of a file that a call reads, if it is relative."""
    path: ast.expr | None = None
    match call.func:
        case ast.Attribute(value=ast.Call(args=[first]) as made, attr=name) if (
            name in _PATH_READERS and program.name_of(made) == "pathlib.Path"
        ):
            path = first if name != "open" or _reads(call.args[:1], call) else None
        case function if _READERS.fullmatch(program.name_of(function)):
            given = [*call.args[:1], *(k.value for k in call.keywords if k.arg in _PATH_KEYWORDS)]
            is_open = program.name_of(function).endswith("open")
            path = given[0] if given and (not is_open or _reads(call.args[1:2], call)) else None
    if isinstance(path, ast.Constant) and isinstance(path.value, str):
        is_file = "." in path.value and re.fullmatch(r"[^/~:\\\n][^:\\\n]*", path.value)
        return path if is_file else None
    return None


def _reads(mode: list[ast.expr], call: ast.Call) -> bool:
    """Return whether a file that is opened in this mode must exist."""
    given = [*mode, *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    return not given or (isinstance(given[0], ast.Constant) and "r" in str(given[0].value))


def _is_alone(path: ast.Constant, program: Program) -> bool:
    """Return whether no other text in the code may be the name of this file, or a part of it."""
    name = str(path.value)
    stem = re.compile(rf"(?<![^\W_]){re.escape(PurePosixPath(name).stem)}(?![^\W_])")
    others = (
        node.value
        for node in program.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node is not path
        if " " not in node.value or " " in name  # other texts with spaces are sentences
    )
    return not any(stem.search(text) or _begins(name, re.split("[{%]", text)[0]) for text in others)


def _begins(name: str, text: str) -> bool:
    return len(text) >= _LEAST_PREFIX and name.startswith(text)
