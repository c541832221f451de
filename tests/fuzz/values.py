"""Strategies for JSON: any value, and a valid value with something changed in it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.fuzz.texts import ODD_TEXT

_NUMBERS = [0, -1, 1, 2, 4, 2**31, 2**63, 2**64, 10**400, 1.5, -0.0, 1e308, float("inf")]
_LEAF = st.none() | st.booleans() | st.sampled_from([*_NUMBERS, float("nan")]) | ODD_TEXT


def _inside(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, max_size=3) | st.dictionaries(ODD_TEXT, values, max_size=3)


JSON: st.SearchStrategy[Any] = st.recursive(_LEAF, _inside, max_leaves=6)

DROP = object()
"""In place of a new value: the old one is taken out."""

_CHANGES = st.lists(
    st.tuples(st.lists(st.integers(0, 30), max_size=8), JSON | st.just(DROP)), max_size=3
)


def changed(value: Any) -> st.SearchStrategy[Any]:
    """Return values that differ from this one in a few places."""
    return _CHANGES.map(lambda changes: _apply(value, changes))


def _apply(value: Any, changes: list[tuple[list[int], Any]]) -> Any:
    for path, new in changes:
        value = _replaced(value, path, new)
    return value


def _replaced(value: Any, path: list[int], new: Any) -> Any:
    """Return a value with another one at the end of a path, whose steps count the items."""
    if not path or not value or not isinstance(value, dict | list):
        return None if new is DROP else new
    key = list(value)[path[0] % len(value)] if isinstance(value, dict) else path[0] % len(value)
    items = dict(value) if isinstance(value, dict) else dict(enumerate(value))
    items[key] = _replaced(items[key], path[1:], new)
    if new is DROP and len(path) == 1:
        del items[key]
    return items if isinstance(value, dict) else list(items.values())


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Return bytes that differ from these in one place: cut, doubled or overwritten."""
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, min(len(data), start + 40)))
    new = draw(st.binary(max_size=6) | ODD_TEXT.map(lambda text: text.encode("utf-8", "replace")))
    return data[:start] + new * draw(st.sampled_from([0, 1, 1, 1, 50])) + data[end:]
