"""Slow parts of the renderer that a build can do without."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

import yaml

_CONVERTER = "mkdocs_jupyter.convert"
"""It imports all of nbconvert, which takes half a second."""

_SERVERS = ("jupytext.sync_contentsmanager", "jupytext.async_contentsmanager")
"""Parts of a Jupyter server, which jupytext imports if it can."""


def avoid() -> None:
    """Have the renderer import less, and have the blog read front matter with the parser in C."""
    for name in _SERVERS:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    if _CONVERTER not in sys.modules:
        _import_when_used(_CONVERTER)
    blog: Any = importlib.import_module("material.plugins.blog.structure")
    blog.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _import_when_used(name: str) -> None:
    """Have a module imported when something in it is used for the first time."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    parent, _, last = name.rpartition(".")
    setattr(sys.modules[parent], last, module)  # else `from parent import last` uses it at once
    sys.modules[name] = module
    spec.loader.exec_module(module)
