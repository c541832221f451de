"""Numbers of a claim as readers of a page see them."""

from __future__ import annotations

from site_tools.model.goals import parse_goal
from site_tools.pages.number_text import number_range, plain


def test_small_numbers_are_written_out() -> None:
    assert plain("2.4e-05") == "0.000024"
    assert [plain(number) for number in ("0.31", "-3e-06", "2e-12", "1e+20")] == [
        *("0.31", "-0.000003", "2e-12", "1e+20"),
    ]


def test_range_has_a_minus_and_names_one_number_once() -> None:
    goal = parse_goal("> 0.5")
    assert number_range([-0.25, 0.75], goal) == "\N{MINUS SIGN}0.25 to 0.75"
    assert number_range([0.75, 0.75], goal) == "0.75"
    assert number_range([], goal) == "no number"
