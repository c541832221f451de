"""The YAML of the front matter → its values, and the place of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from site_tools.model.errors import BadPost, Problem
from site_tools.model.source import Line, Place
from site_tools.posts.front_matter_keys import EXAMPLES
from site_tools.posts.text import CONTROL, ORDER, ORDER_REMEDY
from site_tools.posts.yaml_text import TooMuch, compose, construct, mark_of, yaml_problem

KeyPath = tuple[str | int, ...]
"""Where a value is, such as `("learns", 0, "goal")`."""

_CONTROL = re.compile(rf"{CONTROL.pattern}|\f")
"""Characters that the feeds cannot have, since XML cannot."""

_LINE_END = re.compile("[\x85\u2028\u2029]")


Written = dict[KeyPath, str]
"""Where YAML reads no text but a truth value, a number or a date: what the author wrote."""


def load_values(header: tuple[Line, ...], file: str) -> tuple[Any, dict[KeyPath, Place], Written]:
    """Return the YAML's values, the place of every key and list item, and what is no text in it.

    Raises BadPost.
    """
    if problems := list(_line_end_problems(header)):
        raise BadPost(problems)
    text = "\n".join(line.text for line in header)
    places: dict[KeyPath, Place] = {(): Place(file, 1)}
    try:
        node = compose(text)
        values = _construct(node, (), places, header) if node else {}
        written = dict(_written(node, ())) if node else {}
    except yaml.MarkedYAMLError as error:
        raise BadPost([_yaml_problem(error, header, file)]) from None
    except (yaml.YAMLError, RecursionError) as error:
        what = f"the front matter is not valid YAML: {' '.join(str(error).split())}."
        remedy = "Take out control characters, and anchors that contain themselves."
        raise BadPost([Problem(Place(file, 1), what, remedy)]) from None
    if not isinstance(values, dict):
        what = "the front matter is not a list of `key: value` lines."
        raise BadPost([Problem(Place(file, 1), what, f"Begin with `{EXAMPLES['title']}`.")])
    return values, places, written


def _written(node: yaml.Node, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _written(value, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            yield from _written(item, (*path, i))
    elif node.value and not node.tag.endswith((":str", ":null")):
        yield path, node.value


def _line_end_problems(header: tuple[Line, ...]) -> Iterator[Problem]:
    """Yield the lines that YAML would divide, and editors do not."""
    for line in header:
        if end := _LINE_END.search(line.text):
            what = f"the character U+{ord(end[0]):04X} ends a line in YAML and in no editor."
            yield Problem(line.place, what, "Take it out.")


def _construct(
    node: yaml.Node, path: KeyPath, places: dict[KeyPath, Place], header: tuple[Line, ...]
) -> Any:
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = _start_of(key_node, header)
            key = _key_of(key_node, place)
            if key in values:
                remedy = f"Keep one of them; the first is on line {places[*path, key].line}."
                raise BadPost([Problem(place, f"`{key}` occurs twice.", remedy)])
            places[*path, key] = place
            values[key] = _construct(value_node, (*path, key), places, header)
        return values
    if isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            places[*path, i] = _start_of(item, header)
        return [_construct(item, (*path, i), places, header) for i, item in enumerate(node.value)]
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    place = _start_of(node, header)
    if control := _CONTROL.search(node.value):
        what = f"`{key}` contains the character U+{ord(control[0]):04X}, which cannot be shown."
        raise BadPost([Problem(place, what, "Take it out.")])
    if sign := ORDER.search(node.value):
        what = f"the character U+{ord(sign[0]):04X} shows `{key}` in another order."
        raise BadPost([Problem(place, what, ORDER_REMEDY)])
    try:
        return construct(node)
    except ValueError as error:
        # a date such as 2026-13-45, or a tag such as !!int on what is none
        what = f"`{key}: {node.value}` is not a {'date' if key == 'date' else 'value'}: {error}."
        remedy = f"Write it like `{EXAMPLES.get(key, 'key: value')}`."
        raise BadPost([Problem(place, what, remedy)]) from None


def _key_of(node: yaml.Node, place: Place) -> str:
    """Return the text of a key; raises BadPost for a list or a mapping."""
    if not isinstance(node, yaml.ScalarNode):
        what = "a list or a mapping is a key here."
        raise BadPost([Problem(place, what, "Write `key: value`, where the key is a word.")])
    return str(node.value)


def _start_of(node: yaml.Node, header: tuple[Line, ...]) -> Place:
    """Return the place where a node starts; an empty one may be behind the last line."""
    return header[min(node.start_mark.line, len(header) - 1)].place


def _yaml_problem(error: yaml.MarkedYAMLError, header: tuple[Line, ...], file: str) -> Problem:
    mark = mark_of(error)
    index = min(mark.line if mark else 0, max(len(header) - 1, 0))
    place = header[index].place if header else Place(file, 1)
    if isinstance(error, TooMuch):
        return yaml_problem(error, place, "the front matter is ")
    for line in header[index::-1]:
        folded = re.match(r"\s*(?:- )?goal:\s*(>[^\"']*)$", line.text)
        if folded:
            what = f"YAML reads the bare `{folded[1].strip()}` as a folded block, not as a goal."
            return Problem(line.place, what, f'Quote it: `goal: "{folded[1].strip()}"`.')
        if re.match(r"\w", line.text):
            break
    return yaml_problem(error, place, "the front matter is ")
