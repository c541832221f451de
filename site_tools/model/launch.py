"""How a program that is not a post is started: its own file, its arguments, its own modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LocalModule:
    """A module beside the program, which is one of its cells and runs when it is imported."""

    cell: int
    """The number of its cell, from 1."""
    name: str
    """Its full name, such as `package.model`."""
    file: str
    """Its path in the working folder, with `/`."""

    @property
    def is_package(self) -> bool:
        """Return whether it is the `__init__.py` of a package."""
        return self.file.endswith("__init__.py")


@dataclass(frozen=True, slots=True)
class Launch:
    """What a program finds when it starts. All paths are relative to its working folder."""

    file: str
    """The program's own file: its `__file__`, and the first of its arguments."""
    package: str = ""
    """The package that it belongs to, as under `python -m`; empty for a script."""
    search: Sequence[str] = (".",)
    """The folders in which its imports are looked up first."""
    arguments: Sequence[str] = ()
    """What follows the file's name on the command line."""
    modules: Sequence[LocalModule] = ()

    @classmethod
    def decode(cls, content: dict[str, Any]) -> Launch:
        """Return the value of decoded JSON."""
        return cls(**content | {"modules": [LocalModule(**one) for one in content["modules"]]})
