"""A vanished post is followed to its new name where its content says which that is."""

from __future__ import annotations

import pytest

from site_tools.serving.renames import Renames

Slugs = dict[str, str]


@pytest.mark.parametrize(
    ("states", "now"),
    [
        ([{"a": "1", "c": "3"}, {"b": "1", "c": "3"}], "b"),
        ([{"a": "1"}, {}, {"b": "1"}], "b"),  # deleted first, written again later
        ([{"a": "1"}, {"a": "1", "b": "1"}, {"b": "1"}], "b"),  # copied first
        ([{"a": "1"}, {"b": "1"}, {"b": "2"}], "b"),  # edited later
        ([{"a": "1"}, {"b": "1"}, {"b": "2"}, {"c": "2"}], "c"),
        ([{"a": "1"}, {"b": "1"}, {"c": "1"}], "c"),
        ([{"a": "1"}, {"b": "1"}, {}], ""),
        ([{"a": "1"}, {"b": "2"}], ""),
        ([{"a": "1"}, {"b": "1", "c": "1"}], ""),  # either
        ([{"a": "1", "b": "1"}, {"c": "1"}], ""),
        ([{"a": "1"}, {"b": "1"}, {"a": "1", "b": "1"}], ""),  # it is there again
    ],
)
def test_vanished_post_is_followed(states: list[Slugs], now: str) -> None:
    renames = Renames()
    for state in states:
        renames.look(state)
    assert renames.now("a") == ("a" if "a" in states[-1] else now)
    assert renames.is_gone("a") == ("a" not in states[-1])
