from __future__ import annotations

import pytest

from site_tools.model.text import cut


@pytest.mark.parametrize(
    ("text", "expected"), [("", ""), ("abc", "abc"), ("abcd", "abcd"), ("abcde", "abc…")]
)
def test_cut_keeps_the_limit_and_marks_what_is_missing(text: str, expected: str) -> None:
    assert cut(text, 4) == expected
