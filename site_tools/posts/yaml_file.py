"""A file of YAML beside the posts → its values, and the line of each key, for messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from site_tools.model.errors import BadProject, Problem
from site_tools.model.source import Place
from site_tools.posts.text import CONTROL
from site_tools.posts.yaml_text import compose, mark_of, values, yaml_problem

KeyPath = tuple[str | int, ...]
"""The keys and list positions that lead to a value."""


@dataclass(frozen=True)
class YamlFile:
    """What a file holds."""

    values: dict[str, Any]
    places: Mapping[KeyPath, Place]

    def problem(self, path: KeyPath, what: str, remedy: str) -> Problem:
        """Return a problem at a key, or at the nearest one around it."""
        while path not in self.places:
            path = path[:-1]
        return Problem(self.places[path], what, remedy)


def read_yaml(
    text: str, file: str, example: str, loader: type[yaml.SafeLoader] = yaml.SafeLoader
) -> YamlFile:
    """Read a text of YAML; raises BadProject when it is none, or no mapping.

    `file` is what messages call the file, and `example` is what may be written there.
    """
    try:
        node = compose(text)
        found = values(node, loader)
    except yaml.MarkedYAMLError as error:
        mark = mark_of(error)
        line = text.count("\n", 0, mark.index) + 1 if mark else 1  # YAML counts other lines
        raise BadProject(str(yaml_problem(error, Place(file, line)))) from None
    except yaml.YAMLError as error:  # a character that YAML does not have
        at = getattr(error, "position", 0)
        what = f"not valid YAML: {' '.join(str(error).split())}."
        place = Place(file, text.count("\n", 0, at) + 1)
        raise BadProject(str(Problem(place, what, "Take out control characters."))) from None
    if not isinstance(found, dict):
        raise BadProject(f"{file}:1: not a mapping. {example}")
    places: dict[KeyPath, Place] = {(): Place(file, 1)}
    _add_places(node, (), file, places)
    return YamlFile(found, places)


def _add_places(
    node: yaml.Node | None, path: KeyPath, file: str, places: dict[KeyPath, Place]
) -> None:
    """Note where each key and each item of a list begins.

    Raises BadProject for a key that occurs twice, and for a character that nothing shows.
    """
    pairs: list[tuple[str | int, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        pairs = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        pairs = [(i, item, item) for i, item in enumerate(node.value)]
    elif isinstance(node, yaml.ScalarNode) and (control := CONTROL.search(node.value)):
        what = f"the character U+{ord(control[0]):04X} is in this value."
        raise BadProject(str(Problem(Place(file, node.start_mark.line + 1), what, "Take it out.")))
    for key, start, value in pairs:
        place = Place(file, start.start_mark.line + 1)
        if (*path, key) in places:
            remedy = f"Keep one of them; the first is on line {places[*path, key].line}."
            raise BadProject(str(Problem(place, f"`{key}` occurs twice.", remedy)))
        places[*path, key] = place
        _add_places(value, (*path, key), file, places)
