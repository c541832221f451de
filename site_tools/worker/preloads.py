"""What is imported before a fork, so that no post waits for it.

A fixed list, measured: what takes longest of the packages that posts use. Importing it starts no
thread, prints nothing, and changes nothing that a post would notice which does not import it too.
What else a post imports it imports in its own process, and nobody else has anything of it.
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
"""The shell of published runs; preloading it builds it."""

MODULES: Mapping[str, tuple[str, ...]] = {
    SHELL: (),
    "matplotlib": ("matplotlib.pyplot",),
    "numpy": (),
    "sklearn": ("sklearn.datasets", "sklearn.model_selection"),
    "torch": ("torch._dynamo",),  # the first optimizer imports it
}
"""Each package, and those of its modules that importing it does not import."""


def load(packages: Iterable[str]) -> None:
    """Import packages and the modules above; what is wrong with one, a post will say itself."""
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
        _Shelf(hidden).close()


class _Shelf(MetaPathFinder, Loader):
    """Modules of a package that appear only when one of them is imported.

    Else a program that forgets `import matplotlib.pyplot` would run here, and nowhere else.
    """

    def __init__(self, modules: Mapping[str, ModuleType]) -> None:
        self.modules = modules
        self.specs = {name: module.__spec__ for name, module in modules.items()}

    def close(self) -> None:
        """Take the modules from where Python finds them."""
        for name, module in self.modules.items():
            del sys.modules[name]
            parent, _, child = name.rpartition(".")
            if parent not in self.modules and vars(sys.modules[parent]).get(child) is module:
                delattr(sys.modules[parent], child)
        sys.meta_path.insert(0, self)

    def _open(self) -> None:
        """Put them back."""
        sys.meta_path.remove(self)
        sys.modules.update(self.modules)
        for name, module in self.modules.items():
            parent, _, child = name.rpartition(".")
            setattr(sys.modules[parent], child, module)

    def find_spec(self, fullname: str, *_: Any) -> ModuleSpec | None:
        """Find a module that is on the shelf, and with it all the others."""
        if fullname not in self.modules:
            return None
        self._open()
        return ModuleSpec(fullname, self)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module as it was."""
        return self.modules[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: it was executed before the fork."""
        module.__spec__ = self.specs[module.__name__]
