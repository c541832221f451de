from __future__ import annotations

import pytest

from site_tools.model.text import cut, in_runs, numbered


@pytest.mark.parametrize(
    ("text", "expected"), [("", ""), ("abc", "abc"), ("abcd", "abcd"), ("abcde", "abc…")]
)
def test_cut_keeps_the_limit_and_marks_what_is_missing(text: str, expected: str) -> None:
    assert cut(text, 4) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([3], "block 3"),
        ([4, 3], "blocks 3 and 4"),
        ([3, 5, 6, 7, 8, 10], "blocks 3, 5 to 8 and 10"),
        ([1, 2, 3], "blocks 1 to 3"),
    ],
)
def test_consecutive_numbers_are_named_as_a_range(numbers: list[int], expected: str) -> None:
    assert numbered("block", numbers) == expected


def test_one_number_of_many_runs_is_no_share() -> None:
    """`1 in 3 runs` would be one of three."""
    assert in_runs("0.3 to 0.5", 3) == "in 3 runs"
    assert in_runs("1", 3) == "in each of 3 runs"
    assert in_runs("1", 1) == "in 1 run"
