"""Which modules beside a program it imports, directly or through each other; found without running.

What is imported by a name that is known only at run time is not found. Python still imports it,
but then its updates can be switched off only if torch makes them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from site_tools.analysis.syntax import parse

MOST = 200
"""Modules that are followed: more would be a library, whose code is not what learns."""


@dataclass(frozen=True, slots=True)
class Found:
    """A module beside the program."""

    name: str
    path: Path
    source: str

    @property
    def package(self) -> str:
        """Return the package in which its relative imports are looked up."""
        is_package = self.path.name == "__init__.py"
        return self.name if is_package else self.name.rpartition(".")[0]


def local_modules(
    sources: Sequence[str], package: str, folders: Sequence[Path], own: Path
) -> list[Found]:
    """Return the modules in these folders that a program imports; each after those it imports.

    `package` is the program's own, `own` its file, which is not one of them.
    """
    found: dict[str, Found] = {}
    ordered: list[Found] = []

    def visit(source: str, package: str) -> None:
        for name in _imports(parse(source), package):
            if name in found or len(found) == MOST:
                continue
            path = _path(name, folders)
            if path is None or path == own:
                continue
            found[name] = one = Found(name, path, _text(path))
            visit(one.source, one.package)
            ordered.append(one)

    for source in sources:
        visit(source, package)
    return ordered


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    """Yield the full names that code may import as modules, each after its packages."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_packages(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".") if package else []
                parts = parts[: len(parts) - node.level + 1]
                base = ".".join([*parts, *filter(None, [base])])
            yield from _with_packages(base)
            for alias in node.names:
                yield f"{base}.{alias.name}".lstrip(".")


def _with_packages(name: str) -> Iterator[str]:
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])


def _path(name: str, folders: Sequence[Path]) -> Path | None:
    """Return the file of a module in the first of these folders that has it."""
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    for folder in folders:
        stem = folder.joinpath(*name.split("."))
        for path in (stem / "__init__.py", stem.with_suffix(".py")):
            if path.is_file():
                return path
    return None


def _text(path: Path) -> str:
    """Return the source of a module; what cannot be read fails when it is imported."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
