"""What the line that opens a block of code may ask for, however long it is."""

from __future__ import annotations

import pytest

from site_tools.posts.code_html import Header, code_html, read_header
from tests.fuzz.properties import in_time


def html(info: str, code: str = "a\nb\nc\n") -> str:
    return code_html(code, read_header(info) or Header())


@pytest.mark.parametrize("number", ["9" * 4400, "9" * 7, "", "x", "\N{SUPERSCRIPT TWO}"])
def test_linenums_that_is_no_small_number_numbers_nothing(number: str) -> None:
    assert "linenos" not in html(f'text linenums="{number}"')
    assert 'data-linenos="999999 "' in html('text linenums="999999"', "a\n")


@pytest.mark.parametrize(
    ("lines", "numbers"),
    [
        ("2", [2]),
        ("1-2 3", [1, 2, 3]),
        ("1-2 2-9999 2", [1, 2, 3]),
        ("3-1 0 9 1234567 1-2-3", [1, 2, 3]),
    ],
)
def test_hl_lines_marks_lines(lines: str, numbers: list[int]) -> None:
    text = html(f'text hl_lines="{lines}"')
    found = [n for n, sign in enumerate("abc", start=1) if f'<span class="hll">{sign}' in text]
    assert found == numbers


@in_time()  # it took much memory, and minutes when its time grew with the square
def test_many_ranges_are_marked_in_time() -> None:
    text = html(f'text hl_lines="{"1-9999 " * 50_000}"', "a\n" * 9999)
    assert text.count('class="hll"') == 9999


@in_time()
@pytest.mark.parametrize(
    "info",
    ["a" * 300_000, "a-" * 150_000, "a=" * 150_000, "a='" * 100_000],
    ids=["a", "a-", "a=", "a='"],
)
def test_long_header_is_read_in_time(info: str) -> None:
    header = read_header(f"text {info}")
    assert header
    assert header.language == "text"


def test_long_lines_of_what_was_printed_continue_on_the_next() -> None:
    infos = ["console", "diff", "text", "python", "", "{ .text .output }"]
    wrapped = [info for info in infos if 'class="wrapped' in html(info)]
    assert wrapped == ["console", "diff", "text"]


def test_wrapped_line_says_its_indentation_and_breaks_only_long_words() -> None:
    code = "for a in b:\n        errors.append(np.abs(y))\n    a.b(c)"
    shown = code_html(code, Header(options={"wrap": "1"}))
    first, second, third = shown.split('class="line"')[1:]
    assert "style" not in first
    assert second.startswith(
        ' style="--in:8ch">        errors<wbr>.append(<wbr>np<wbr>.abs(<wbr>y))'
    )
    assert third.startswith(' style="--in:4ch">    a.b(c)')
