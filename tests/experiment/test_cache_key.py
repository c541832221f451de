"""What a cache key covers, and what it does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from site_tools.experiment.cache_key import dependencies, key_of
from site_tools.model.claim import PUBLISHED, Condition
from site_tools.model.goals import parse_goal
from site_tools.model.source import Cell, Line, Place
from tests.support.runs import CLAIM, a_post


def cell(kind: Any, text: str) -> Cell:
    place = Place("posts/a.md", 9)
    return Cell(kind, place, (Line(text, place),))


POST = replace(a_post(CLAIM), cells=(cell("prose", "Words."), cell("code", "w = 1")))
MEASURED = {"metrics": ["loss", "error"]}


def key(
    measured: Mapping[str, Iterable[str]] = MEASURED,
    condition: Condition = PUBLISHED,
    **changes: Any,
) -> str:
    values: dict[str, Any] = {"versions": {"numpy": "2.0"}, "device": "cpu", **changes}
    return key_of(dependencies(values.pop("post", POST), condition, measured, **values))


@pytest.mark.parametrize(
    "other",
    [
        key(post=replace(POST, cells=(cell("code", "w = 2"),))),
        key(condition=Condition("seed", 1)),
        key({"metrics": ["loss"]}),
        key({**MEASURED, "curves": ["loss"]}),
        key(versions={"numpy": "2.1"}),
        key(device="gpu"),
    ],
    ids=["code", "condition", "metrics", "sampled", "versions", "device"],
)
def test_key_covers_what_a_result_depends_on(other: str) -> None:
    assert other != key()


def test_key_does_not_cover_prose_and_goals() -> None:
    easier = replace(CLAIM, goal=parse_goal("< 9"), says="It learns a little", seeds=99)
    cells = (cell("prose", "Other words."), cell("code", "w = 1"))
    assert key(post=replace(POST, cells=cells, claims=(easier,), title="Other")) == key()


def test_key_does_not_depend_on_the_order_of_expressions() -> None:
    assert key({"metrics": ["error", "loss"]}) == key()
