"""Imports that the fork server does before it forks, so that posts do not wait for them.

The list is fixed: the slowest imports among the packages that posts use, by measurement. A package
belongs here only if importing it starts no thread, prints nothing, and changes nothing that a post
without this import could notice. All other packages are imported in the process of the post.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Mapping
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

SHELL = "site_tools.worker.notebook_run"
"""The module of published runs; preloading it also builds the IPython shell."""

TRIAL = "site_tools.worker.trial"
"""The module of trials: importing it takes longer than many a trial."""

MODULES: Mapping[str, tuple[str, ...]] = {
    SHELL: (),
    TRIAL: (),
    "matplotlib": ("matplotlib.pyplot",),
    "numpy": ("numpy.random",),  # imported when it is first used, as new seeds are
    "sklearn": ("sklearn.datasets", "sklearn.model_selection"),
    "torch": ("torch._dynamo",),  # imported by the first optimizer
}
"""For each package, further modules of it that `import package` does not import."""


def load(packages: Iterable[str]) -> None:
    """Import packages and their modules. Errors are ignored: the import in the post raises them."""
    for package in packages:
        environment = dict(os.environ)
        try:
            importlib.import_module(package)
            if package == SHELL:
                sys.modules[SHELL].prepare()
            _load_modules(package)
        except BaseException:  # noqa: BLE001, S112  foreign code may raise anything
            continue
        finally:
            if environment != dict(os.environ):
                os.environ.clear()
                os.environ.update(environment)


def _load_modules(package: str) -> None:
    known = set(sys.modules)
    for module in MODULES[package]:
        importlib.import_module(module)
    new = set(sys.modules) - known
    hidden = {name: sys.modules[name] for name in new if name.startswith(f"{package}.")}
    if hidden:
        _HiddenModules(hidden).hide()


class _HiddenModules(MetaPathFinder, Loader):
    """Loaded modules of a package that become visible when a post imports one of them.

    Otherwise a program that forgets `import matplotlib.pyplot` would run here and fail elsewhere.
    """

    def __init__(self, modules: Mapping[str, ModuleType]) -> None:
        self.modules = modules
        self.specs = {name: module.__spec__ for name, module in modules.items()}

    def hide(self) -> None:
        """Remove the modules from `sys.modules` and from their parents."""
        for name, module in self.modules.items():
            del sys.modules[name]
            parent, _, child = name.rpartition(".")
            if parent not in self.modules and vars(sys.modules[parent]).get(child) is module:
                delattr(sys.modules[parent], child)
        sys.meta_path.insert(0, self)

    def _restore(self, wanted: str) -> None:
        """Undo `hide`, but for the module that is being imported.

        If it were in `sys.modules` already, the import system would take its own specification,
        and execute it a second time.
        """
        sys.meta_path.remove(self)
        sys.modules.update({k: module for k, module in self.modules.items() if k != wanted})
        for name, module in self.modules.items():
            parent, _, child = name.rpartition(".")
            setattr(self.modules.get(parent) or sys.modules[parent], child, module)

    def find_spec(self, fullname: str, *_: Any) -> ModuleSpec | None:
        """Find a hidden module, and restore all of them."""
        if fullname not in self.modules:
            return None
        self._restore(fullname)
        return ModuleSpec(fullname, self)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the loaded module."""
        return self.modules[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        """Restore the original spec; the code was executed before the fork."""
        module.__spec__ = self.specs[module.__name__]
