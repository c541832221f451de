"""Shards: every post is in one of them, and none has much more to do than the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_tools.running.shard import Shard

POSTS = st.dictionaries(st.text(max_size=3), st.floats(0, 1e6), max_size=30)


@given(POSTS, st.integers(1, 9))
def test_each_post_is_in_one_shard(seconds: dict[str, float], total: int) -> None:
    parts = [Shard(number, total).of(seconds) for number in range(1, total + 1)]
    assert sorted(name for part in parts for name in part) == sorted(seconds)


@given(POSTS, st.integers(1, 9))
def test_no_shard_is_much_longer_than_the_others(seconds: dict[str, float], total: int) -> None:
    parts = [Shard(number, total).of(seconds) for number in range(1, total + 1)]
    longest = max(sum(seconds[name] for name in part) for part in parts)
    least = max(sum(seconds.values()) / total, max(seconds.values(), default=0.0))
    assert longest <= least * 2 + 1e-6


def test_shards_do_not_depend_on_the_order_of_posts() -> None:
    seconds = {"c": 1.0, "a": 1.0, "b": 1.0, "long": 5.0}
    assert Shard(1, 2).of(seconds) == ["long"]
    assert Shard(2, 2).of(dict(reversed(seconds.items()))) == ["a", "b", "c"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_more_shards_than_posts(number: int) -> None:
    assert len(Shard(number, 3).of({"a": 1.0, "b": 1.0})) == (number < 3)
