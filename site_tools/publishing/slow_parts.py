"""Slow parts of the renderer and its plugins, and what takes their place."""

from __future__ import annotations

import importlib.util
import sys

import yaml
from material.plugins.blog import plugin, structure

from site_tools.publishing.excerpts import Opening

_CONVERTER = "mkdocs_jupyter.convert"
"""It imports all of nbconvert, which takes half a second."""

_SERVERS = ("jupytext.sync_contentsmanager", "jupytext.async_contentsmanager")
"""Parts of a Jupyter server, which jupytext imports if it can."""


def replace() -> None:
    """Have less imported, and let the blog parse YAML in C and convert only openings of posts."""
    for name in _SERVERS:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    if _CONVERTER not in sys.modules:
        _import_when_used(_CONVERTER)
    structure.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    plugin.Excerpt = Opening


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
