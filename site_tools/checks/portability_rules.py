"""Rules for downloads: what works in a notebook or on Linux, and fails in a reader's script.

Nothing here runs a post. A script has all cells of a post in one file, so they are compiled as one.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import CodeType

from site_tools.analysis.syntax import parse
from site_tools.checks.file_rules import missing_files
from site_tools.checks.notebook_names import notebook_names
from site_tools.checks.output_rules import replaced_streams
from site_tools.checks.process_rules import unguarded_processes
from site_tools.checks.program_names import Finding, Program
from site_tools.model.errors import BadProject, Problem
from site_tools.model.post import Post
from site_tools.model.source import Place
from site_tools.posts.dependencies import (
    Pins,
    distribution_of,
    distributions_of,
    imported_modules,
    is_standard,
    with_dependencies,
)

_AWAIT_REMEDY = (
    "Write `async def main():`, and run it in a thread, which works in both: "
    "`ThreadPoolExecutor().submit(asyncio.run, main()).result()`."
)


def portability_problems(post: Post, pins: Pins, root: Path) -> Iterator[Problem]:
    """Yield what would fail in a download of a post; `root` is the project's folder."""
    yield from _shadowing(post, pins)
    lines = [line for cell in post.code_cells for line in cell.lines]
    source = "\n".join(line.text for line in lines)
    for number, what, remedy in _script_findings(source, [file.name for file in post.data], root):
        yield Problem(lines[min(max(number, 1), len(lines)) - 1].place, what, remedy)


def _script_findings(source: str, data: Collection[str], root: Path) -> Iterator[Finding]:
    script = _compile(source)
    if script is None:  # a cell cannot be parsed, which another rule reports
        return
    yield from script.findings
    program = Program(script.tree)
    yield from unguarded_processes(program)
    yield from missing_files(program, data, root)
    yield from replaced_streams(program)
    if script.code:
        yield from notebook_names(program, script.code)


@dataclass(frozen=True, slots=True)
class _Script:
    """The cells of a post, compiled as one file."""

    tree: ast.Module
    code: CodeType | None
    """None if Python refuses the file although each cell can be parsed."""
    findings: Sequence[Finding]
    """What Python reports while it compiles."""


def _compile(source: str) -> _Script | None:
    """Return the compiled cells; None if a cell cannot be parsed."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        late = list(_late_future_imports(tree))
        rest = ast.Module([node for node in tree.body if node not in late], [])
        findings = list(_future_findings(late))
        try:
            code: CodeType | None = compile(rest, "post", "exec", dont_inherit=True)
        except SyntaxError as error:
            code, line = _notebook_code(rest), error.lineno or 1
            if code is None:
                what = f"SyntaxError in the script, in which all cells are one file: {error.msg}."
                findings.append((line, what, "Change this line."))
            else:
                what = "`await` outside of a function works in notebooks only."
                findings.append((line, what, _AWAIT_REMEDY))
        except (ValueError, RecursionError, MemoryError):
            return None
    findings += _warning_findings(caught, source.split("\n"))
    return _Script(tree, code, findings)


def _notebook_code(tree: ast.Module) -> CodeType | None:
    """Return the code of a program that a notebook accepts; None if it is wrong there too."""
    with suppress(SyntaxError):
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code: CodeType = compile(tree, "post", "exec", flags, dont_inherit=True)
        return code
    return None


def _late_future_imports(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the imports from `__future__` that come after other statements."""
    others = 0
    for i, node in enumerate(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            if others:
                yield node
        elif i or not _is_docstring(node):
            others += 1


def _is_docstring(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _future_findings(late: Iterable[ast.stmt]) -> Iterator[Finding]:
    for node in late:
        what = f"`{ast.unparse(node)}` must come before all other statements of the script."
        yield node.lineno, what, "Make it the first line of the first cell."


def _warning_findings(
    caught: Iterable[warnings.WarningMessage], lines: Sequence[str]
) -> Iterator[Finding]:
    """Yield each warning of the compiler once: a download is verified with warnings as errors."""
    for number, text in sorted({(each.lineno, str(each.message)) for each in caught}):
        what = f"Python warns of this line: {text.rstrip('.')}."
        in_string = "escape sequence" in text
        remedy = 'Write a raw string, `r"…"`, or two backslashes.' if in_string else "Change it."
        yield min(number, len(lines)), what, remedy


def _shadowing(post: Post, pins: Pins) -> Iterator[Problem]:
    """Yield a file name under which the script hides a module that is imported beside it."""
    if owner := _module_like(post, pins):
        what = (
            f"the script would be {post.slug}.py, which `import {post.slug}` loads before {owner}."
        )
        remedy = f"Give the file another name, such as `about-{post.slug}`."
        yield Problem(Place(post.file, 0), what, remedy)


def _module_like(post: Post, pins: Pins) -> str:
    """Return whose module has the name of a post's script; empty if none that it could hide."""
    if is_standard(post.slug):
        return "the module of Python itself"
    if post.slug in {m for source in post.sources for m in imported_modules(parse(source))}:
        return "the package that the post imports"
    if post.slug in pins or (post.slug.isidentifier() and find_spec(post.slug)):
        with suppress(BadProject):  # a package is not installed, which `run` reports
            needed = with_dependencies(distributions_of(post, pins), pins)
            if distribution_of(post.slug, pins) in needed:
                return "the package that other packages of the post need"
    return ""
