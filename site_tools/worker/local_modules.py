"""Start a program that is no post: its arguments, where its imports are found, its own modules.

A module beside the program is one of its cells. It runs when the program imports it, from the cell
and not from the file, so that a control can switch off what it updates and an error in it has the
author's line.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Mapping, MutableMapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from site_tools.model.launch import Launch, LocalModule
from site_tools.worker.code_locations import name_of, register_source


def start(
    launch: Launch | None, cells: Sequence[str | ast.Module], namespace: MutableMapping[str, Any]
) -> Collection[int]:
    """Prepare this process for a program; return the numbers of the cells that are modules.

    `cells` are their sources or their syntax trees; `namespace` is the one of `__main__`. Without
    `launch` it is a post, and nothing is done.
    """
    if launch is None:
        return ()
    here = Path.cwd()
    sys.argv = [launch.file, *launch.arguments]
    sys.path[:0] = [str(here / folder) for folder in launch.search]
    namespace["__file__"] = str(here / launch.file)
    namespace["__package__"] = launch.package or None
    sys.meta_path.insert(0, _CellFinder(launch.modules, cells, here))
    return {module.cell for module in launch.modules}


class _CellFinder(MetaPathFinder, Loader):
    """Loads modules of the program from its cells."""

    def __init__(
        self, modules: Sequence[LocalModule], cells: Sequence[str | ast.Module], here: Path
    ) -> None:
        self.modules: Mapping[str, LocalModule] = {module.name: module for module in modules}
        self.cells, self.here = cells, here

    def find_spec(self, fullname: str, *_: Any) -> ModuleSpec | None:
        """Return the specification of a module that is a cell."""
        module = self.modules.get(fullname)
        if module is None:
            return None
        path = self.here / module.file
        spec = ModuleSpec(fullname, self, origin=str(path), is_package=module.is_package)
        spec.has_location = True
        if module.is_package:
            spec.submodule_search_locations = [str(path.parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Run a cell as a module."""
        own = self.modules[module.__name__]
        cell = self.cells[own.cell - 1]
        register_source(own.cell, (self.here / own.file).read_text(encoding="utf-8-sig"))
        code = compile(cell, name_of(own.cell), "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102  the author's own code
