"""`mkdocs.yml` → its values, and the line of each key, for messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml_env_tag import construct_env_tag

from site_tools.model.errors import BadProject, Problem
from site_tools.model.source import Place
from site_tools.posts.yaml_text import compose, load

KeyPath = tuple[str | int, ...]
"""The keys and list positions that lead to a value."""


@dataclass(frozen=True)
class MkDocsFile:
    """The settings of a site as they were read."""

    values: dict[str, Any]
    """With the values of the environment in place."""
    places: Mapping[KeyPath, Place]

    def problem(self, path: KeyPath, what: str, remedy: str) -> Problem:
        """Return a problem at a key, or at the nearest one around it."""
        while path not in self.places:
            path = path[:-1]
        return Problem(self.places[path], what, remedy)


class _Loader(yaml.SafeLoader):
    """Reads `!ENV`, and passes over tags that only MkDocs understands."""


def _ignore(_loader: yaml.Loader, _suffix: str, _node: yaml.Node) -> None:
    return None


_Loader.add_constructor("!ENV", construct_env_tag)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _ignore)


def read_mkdocs_file(path: Path) -> MkDocsFile:
    """Read `mkdocs.yml`; raises BadProject when it is not YAML, or no mapping."""
    try:
        text = path.read_text(encoding="utf-8")
        values = load(text, _Loader)
        node = compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = text.count("\n", 0, mark.index) + 1 if mark else 1  # YAML counts other lines
        raise BadProject(f"{path.name}:{line}: not valid YAML: {error.problem}.") from None
    except (yaml.YAMLError, ValueError) as error:
        raise BadProject(f"{path.name}: not valid YAML: {error}.") from None
    if not isinstance(values, dict):
        raise BadProject(f"{path.name}: not a mapping. Write settings as `name: value`.")
    places: dict[KeyPath, Place] = {(): Place(path.name, 0)}
    _add_places(node, (), path.name, places)
    return MkDocsFile(values, places)


def _add_places(
    node: yaml.Node | None, path: KeyPath, file: str, places: dict[KeyPath, Place]
) -> None:
    """Note where each key and each item of a list begins; raises BadProject for a key twice."""
    pairs: list[tuple[str | int, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        pairs = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        pairs = [(i, item, item) for i, item in enumerate(node.value)]
    for key, start, value in pairs:
        place = Place(file, start.start_mark.line + 1)
        if (*path, key) in places:
            remedy = f"Keep one of them; the first is on line {places[*path, key].line}."
            raise BadProject(str(Problem(place, f"`{key}` occurs twice.", remedy)))
        places[*path, key] = place
        _add_places(value, (*path, key), file, places)
