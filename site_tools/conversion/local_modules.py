"""Imports of files beside the notebook → snippets."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from site_tools.analysis.syntax import parse
from site_tools.conversion.foreign_file import Piece
from site_tools.conversion.source_lines import replaced
from site_tools.posts.dependencies import is_standard
from site_tools.posts.project_files import is_file


@dataclass
class LocalModules:
    """The modules of a folder that a notebook imports."""

    folder: Path
    """Where the notebook is."""
    files: dict[str, Path] = field(default_factory=dict)
    """The snippets to write, by name, each with the file to copy."""
    left: list[str] = field(default_factory=list)
    """What could not be done, as sentences."""

    def pasted(self, pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
        """Return code in which `from module import …` pastes the module, and what was changed."""
        found, changes = [], []
        for piece in pieces:
            edits = []
            for node in parse(piece.source).body if piece.kind == "code" else []:
                for module in self._modules(node):
                    name = f"{module}.py"
                    if isinstance(node, ast.ImportFrom) and not _renames(node):
                        edits.append((node.lineno, node.end_lineno or node.lineno, _paste(name)))
                        self.files[name] = self.folder / name
                        changes.append(f"cell {piece.number}: {name} is pasted from snippets/")
                    else:
                        self.left.append(
                            f"`{ast.unparse(node)}` imports your own file {name}, which readers do "
                            f"not have. Move what you need to snippets/{name}, paste it with "
                            f"`{_paste(name)}`, and call it without the name of the module."
                        )
            found.append(replace(piece, source=replaced(piece.source, edits)))
        return found, changes

    def _modules(self, node: ast.stmt) -> list[str]:
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            return []
        return [n for n in names if not is_standard(n) and is_file(self.folder / f"{n}.py")]


def _renames(node: ast.ImportFrom) -> bool:
    return any(alias.asname for alias in node.names)


def _paste(name: str) -> str:
    return f'# --8<-- "{name}"'
