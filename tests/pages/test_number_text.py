"""Numbers of a claim as readers of a page see them."""

from __future__ import annotations

import pytest

from site_tools.model.goals import parse_goal
from site_tools.pages.number_text import goal_in_words, number_range, readable, tick_name

TYPED = str.maketrans("\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{MINUS SIGN}", " x-")
"""What a keyboard has in place of the signs of print."""


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0.31", "0.31"),
        ("-0.25", "-0.25"),
        ("2.4e-05", "0.000024"),
        ("-3e-06", "-0.000003"),
        ("1e-08", "1 x 10⁻⁸"),
        ("-2.5e-12", "-2.5 x 10⁻¹²"),
        ("1e+20", "1 x 10²⁰"),
        ("1E5", "1 x 10⁵"),
    ],
)
def test_number_has_no_exponent_of_a_program(number: str, text: str) -> None:
    assert readable(number).translate(TYPED) == text


def test_goal_is_said_as_its_number_is_read() -> None:
    assert goal_in_words(parse_goal("< 1e-6")) == "below 0.000001"
    assert goal_in_words(parse_goal(">= -0.50")) == "at least \N{MINUS SIGN}0.50"


def test_tick_is_a_power_of_ten() -> None:
    names = [tick_name(name).translate(TYPED) for name in ("1e-08", "-1e+10", "3e-05", "-0.1")]
    assert names == ["10⁻⁸", "-10¹⁰", "3 x 10⁻⁵", "-0.1"]


def test_range_has_a_minus_and_names_one_number_once() -> None:
    goal = parse_goal("> 0.5")
    assert number_range([-0.25, 0.75], goal) == "\N{MINUS SIGN}0.25 to 0.75"
    assert number_range([0.75, 0.75], goal) == "0.75"
    assert number_range([], goal) == "no number"
