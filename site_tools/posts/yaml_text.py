"""YAML that an author wrote → its nodes, of which there are not too many.

A few lines of YAML can expand to more values than fit into any memory: an alias repeats what has an
anchor, which may have aliases again.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

import yaml

from site_tools.model.errors import Problem
from site_tools.model.source import Place

MOST_VALUES = 20_000
"""Values with all aliases in place: a hundred times what a post needs."""

_NO_COLON = "could not find expected ':'"

_SECOND_COLON = "mapping values are not allowed here"
_INDENT = "Indent this line as far as the keys beside it"

_REMEDIES = {
    _NO_COLON: "Write `key: value`, with a space after the colon.",
    "expected <block end>, but found '<block mapping start>'": f"{_INDENT}.",
    "expected '<document start>', but found '<block mapping start>'": f"{_INDENT}.",
}
"""For messages of the parser."""

DEEPEST = 50
"""Lists and mappings inside of each other."""

LONGEST_NUMBER = 40
"""Characters of a number; Python refuses to print those of more than 4,300 digits."""


class TooMuch(yaml.MarkedYAMLError):
    """YAML that expands to too much."""

    def __init__(self, problem: str, mark: Any) -> None:
        super().__init__(problem=problem, problem_mark=mark)


class NoValue(yaml.MarkedYAMLError):
    """A value that is not what its form or its tag says."""


def mark_of(error: yaml.MarkedYAMLError) -> yaml.Mark | None:
    """Return where a text is not valid YAML: a line without a colon, not the one after it."""
    if error.problem == _NO_COLON:
        return error.context_mark or error.problem_mark
    return error.problem_mark or error.context_mark


def yaml_problem(error: yaml.MarkedYAMLError, place: Place, whose: str = "") -> Problem:
    """Return what is wrong with a text that is not valid YAML; `whose` begins the message."""
    what = f"{whose}not valid YAML: {error.problem}."
    if isinstance(error, TooMuch):
        what = f"{whose}too much: {error.problem}."
        return Problem(place, what, "Write plain values, without aliases.")
    if "\\t" in str(error.problem):
        return Problem(place, what, "Indent with spaces.")
    if error.context and "flow" in error.context:
        remedy = "A `[` or `{` here or above is not closed, or a `#` needs quotes."
        return Problem(place, what, remedy)
    if isinstance(error, NoValue):
        return Problem(place, what, "Put it in quotes if it is text, and take out tags.")
    if error.problem == _SECOND_COLON and _is_key(error.problem_mark):
        remedy = f"{_INDENT}; if it is the rest of the text above it, put that text in quotes."
        return Problem(place, what, remedy)
    known = _REMEDIES.get(str(error.problem))
    return Problem(place, what, known or "A text with `: `, `#` or quotes inside must be quoted.")


def _is_key(mark: yaml.Mark | None) -> bool:
    """Return whether a colon that YAML refuses follows the first word of a line below the first."""
    before = str(mark.buffer)[: mark.pointer] if mark and mark.buffer else ""
    return bool(re.search(r"\n[ ]*(?:- )?[\w-]+$", before))


def compose(text: str) -> yaml.Node | None:
    """Return the nodes of a YAML text, None for an empty one.

    Raises YAMLError, also for what would take too much memory or time.
    """
    _check_depth(text)
    try:  # libyaml is ten times as fast, and PyYAML explains faults better
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (AttributeError, yaml.YAMLError):
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node:
        _count(node, {}, 0)
    return node


def load(text: str, loader: type[yaml.SafeLoader] = yaml.SafeLoader) -> Any:
    """Return the values of a YAML text.

    Raises YAMLError, also for what would take too much memory or time.
    """
    return values(compose(text), loader)


def flow_list(words: Iterable[str]) -> str:
    """Return a list of texts on one line, quoted where YAML would read something else: `['on']`."""
    return yaml.safe_dump(
        list(words), default_flow_style=True, allow_unicode=True, width=sys.maxsize
    ).strip()


def values(node: yaml.Node | None, loader: type[yaml.SafeLoader] = yaml.SafeLoader) -> Any:
    """Return the values of nodes, as a loader makes them; raises YAMLError."""
    if node is None:
        return None
    reader = loader("")
    try:
        return reader.construct_document(node)
    except _NO_VALUE as error:  # `!!bool x`, `2026-13-45`, a mapping as a key
        what = f"a value cannot be read: {type(error).__name__} {error}"
        faulty = next(_unreadable(node), node)
        raise NoValue(problem=what, problem_mark=faulty.start_mark) from None
    finally:
        reader.dispose()


def _unreadable(node: yaml.Node) -> Iterator[yaml.Node]:
    """Yield the values that cannot be read."""
    if isinstance(node, yaml.ScalarNode):
        try:
            construct(node)
        except (ValueError, yaml.YAMLError):
            yield node
    elif isinstance(node, yaml.SequenceNode):
        yield from chain.from_iterable(map(_unreadable, node.value))
    else:
        yield from chain.from_iterable(map(_unreadable, chain.from_iterable(node.value)))


_NO_VALUE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What PyYAML's constructors raise for values that are not what they are tagged as."""


def construct(node: yaml.Node) -> Any:
    """Return the value of a node without others inside; raises ValueError."""
    try:
        return yaml.SafeLoader("").construct_object(node)
    except _NO_VALUE as error:
        raise ValueError(str(error)) from None


def _check_depth(text: str) -> None:
    """Raise TooMuch for text that nests deep, before a parser overflows the stack."""
    depth = 0
    with suppress(yaml.YAMLError):  # reported when the nodes are composed
        for event in yaml.parse(text, Loader=_EventLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                break
    if depth > DEEPEST:
        raise TooMuch(f"more than {DEEPEST} lists are inside of each other", event.start_mark)


_EventLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _count(node: yaml.Node, known: dict[int, int], depth: int) -> int:
    """Return how many values a node expands to; raises TooMuch."""
    if id(node) in known:
        return known[id(node)]
    if depth > DEEPEST:
        raise TooMuch("an anchor contains its own alias", node.start_mark)
    number = 1
    if isinstance(node, yaml.ScalarNode):
        is_number = node.tag.rpartition(":")[2] in {"int", "float"}
        if is_number and len(node.value) > LONGEST_NUMBER:
            raise TooMuch(f"a number has {len(node.value):,} characters", node.start_mark)
    elif isinstance(node, yaml.SequenceNode):
        number += sum(_count(item, known, depth + 1) for item in node.value)
    else:
        pairs = (part for pair in node.value for part in pair)
        number += sum(_count(part, known, depth + 1) for part in pairs)
    if number > MOST_VALUES:
        what = f"with all aliases in place there are more than {MOST_VALUES:,} values"
        raise TooMuch(what, node.start_mark)
    known[id(node)] = number
    return number
