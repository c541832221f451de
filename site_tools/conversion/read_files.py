"""Files beside a notebook that its code names → data files of the post."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from site_tools.analysis.syntax import parse
from site_tools.conversion.foreign_file import Piece
from site_tools.posts.data_files import FOLDER
from site_tools.posts.project_files import is_file
from site_tools.posts.reader import READERS

_CODE = {*READERS, ".pyc", ".so", ".pyd"}


@dataclass
class ReadFiles:
    """The files of a folder that the code of a notebook names."""

    folder: Path
    """Where the notebook is."""
    largest: int
    """Bytes that a data file may have."""
    files: dict[str, Path] = field(default_factory=dict)
    """The data files, by the paths that the post declares, each with the file to copy."""
    left: list[str] = field(default_factory=list)
    """What could not be done, as sentences."""

    def declared(self, pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
        """Return the code as it is, and which files become data files."""
        changes = []
        for name in dict.fromkeys(_texts(pieces)):
            path = PurePosixPath(name)
            if not self._is_data(path):
                continue
            source = self.folder / path
            size = source.stat().st_size
            if len(path.parts) > 1 and path.parts[0] != FOLDER:
                there = f"{FOLDER}/{path.name}"
                self.left.append(
                    f"`{name}` is read. Copy it to posts/{there}, declare it (`data: [{there}]`), "
                    "and read it from there."
                )
            elif size > self.largest:
                self.left.append(
                    f"`{name}` is read, and has {size:,} bytes; {self.largest:,} are the most for "
                    "a data file. Take a part of it, or load the data from a package."
                )
            else:
                self.files[path.as_posix()] = source
                changes.append(f"{name} is copied to posts/ and declared under `data`")
        return list(pieces), changes

    def _is_data(self, path: PurePosixPath) -> bool:
        """Return whether a text is the path of a file in the folder that a post may have."""
        plain = path.parts and not path.is_absolute() and path.suffix.lower() not in _CODE
        hidden = any(part.startswith(".") for part in path.parts)
        steps = [self.folder.joinpath(*path.parts[: i + 1]) for i in range(len(path.parts))]
        if not plain or hidden or not is_file(self.folder / path):
            return False
        return not any(step.is_symlink() for step in steps)


def _texts(pieces: Iterable[Piece]) -> Iterator[str]:
    """Yield the constant texts in code, in order."""
    for piece in pieces:
        for node in ast.walk(parse(piece.source)) if piece.kind == "code" else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value.removeprefix("./")
