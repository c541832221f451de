"""Slow parts of the renderer and its plugins, and what takes their place."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable
from functools import partial
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader
from material.plugins.blog import plugin, structure

from site_tools.posts.skipped_imports import skip_imports
from site_tools.publishing.excerpts import Opening

_CONVERTER = "mkdocs_jupyter.convert"
"""It imports all of nbconvert, which takes half a second."""


class Posts(list[Any]):
    """The posts of the blog, in which a page is found by identity.

    The blog looks for each page several times, and pages compare their titles and files.
    """

    def __init__(self, posts: Iterable[Any]) -> None:
        super().__init__(posts)
        self._known = set(map(id, self))

    def __contains__(self, page: object) -> bool:
        """Return whether a page is that of a post."""
        return id(page) in self._known


def listed(env: Environment) -> Environment:
    """Return an environment that does not list the ten thousand icons of the theme as files."""
    theme = env.loader
    if isinstance(theme, FileSystemLoader):
        theme.list_templates = partial(_files, theme.searchpath)  # type: ignore[method-assign]
    return env


def _files(folders: Iterable[str]) -> list[str]:
    """Return the names of the files in some folders, without hidden ones, sorted."""
    found = set()
    for folder in folders:
        for parent, inside, names in os.walk(folder):
            inside[:] = [name for name in inside if not name.startswith(".")]
            start = os.path.relpath(parent, folder)
            found |= {os.path.normpath(f"{start}/{name}").replace(os.sep, "/") for name in names}
    return sorted(found)


def replace() -> None:
    """Have less imported, and let the blog parse YAML in C and convert only openings of posts."""
    skip_imports()
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
