"""What a run record says: times as people read them, and who else judged the run."""

from __future__ import annotations

import pytest

from site_tools.pages.run_record import duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "under 1 ms"),
        (0.0009, "under 1 ms"),
        (0.001, "1 ms"),
        (0.0423, "42 ms"),
        (0.1, "0.10 s"),
        (9.994, "9.99 s"),
        (12.34, "12.3 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (200.4, "3 min 20 s"),
    ],
)
def test_times_have_the_digits_that_matter(seconds: float, words: str) -> None:
    assert duration(seconds) == words
