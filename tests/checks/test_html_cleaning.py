"""HTML of an output: what runs or loads is removed, what says something stays.

To add a case: a line in a file of `tests/cases/output-html/`.
"""

from __future__ import annotations

import re
import time

import pytest

from site_tools.checks import inline_drawings
from site_tools.checks.html_cleaning import (
    cleaned,
    excess,
    fault,
    has_picture_without_alt,
    with_alt,
)
from tests.support.projects import CASES

HERE = CASES / "output-html"
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="


def cases(name: str) -> list[list[str]]:
    """Return the lines of a file: HTML, and after `=>` what becomes of it."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line.replace("DOT", DOT).split(" => ") for line in lines if line]


@pytest.mark.parametrize("case", cases("changed.txt"), ids=lambda case: case[0][:50])
def test_cleaned_is_what_may_stay(case: list[str]) -> None:
    html, wanted = case
    assert cleaned(html) == wanted.strip()
    assert cleaned(wanted) == wanted.strip()


@pytest.mark.parametrize("case", cases("kept.txt"), ids=lambda case: case[0][:50])
def test_cleaned_keeps_what_says_something(case: list[str]) -> None:
    assert cleaned(case[0]) == case[0]
    assert fault(case[0]) == ""


@pytest.mark.parametrize("case", cases("drawings.txt"), ids=lambda case: case[0][:50])
def test_cleaned_shows_drawings_as_pictures(case: list[str]) -> None:
    html, wanted = case
    clean = cleaned(html)
    assert fault(html) == ""
    assert cleaned(clean) == clean
    (address,) = re.findall(r' src="([^"]+)"', clean)
    drawing = inline_drawings.drawing_in(address)
    assert re.sub(r"^<svg[^>]*>|</svg>$", "", drawing) == wanted
    assert "ran" not in drawing


def test_cleaned_names_drawings_by_their_title() -> None:
    named = cleaned('<svg><title>A "b" &amp; c</title><rect/></svg>')
    assert 'alt="A &quot;b&quot; &amp; c"' in named
    assert 'alt="d"' in cleaned('<svg aria-label="d"><title>A</title><rect/></svg>')
    assert has_picture_without_alt(cleaned("<svg><rect/></svg>"))


@pytest.mark.parametrize("case", cases("refused.txt"), ids=lambda case: case[0][:50])
def test_fault_names_what_no_page_can_show(case: list[str]) -> None:
    html, named = case
    assert named.strip() in fault(html)


@pytest.mark.parametrize(
    "html",
    ["<div>", "<b><p>", "<a>", "<p>", "<li>", "<!--", "<i></b>", "<table><tr>", "<tr><th>a", "<td>",
     "&lt;", '<th title="', "<dd><dl>", "<p></i>", "</p>", "<svg><math>",
     "<svg>", "<svg><rect/></svg>", "<svg></p>", "</svg><svg>", "<img src='data:image/svg+xml,"],
)  # fmt: skip
def test_cleaned_ends_soon_for_any_html(html: str) -> None:
    start = time.process_time()
    fault((html * 200_000)[:200_000])
    assert time.process_time() - start < 10


def test_excess_says_how_much() -> None:
    assert excess("a" * 200_001) == "has 200,001 characters; a page shows 200,000"
    assert "inside of each other" in excess("<div>" * 101)
    assert excess("<div>" * 100) == excess("<div></div>" * 101) == excess("<p>a" * 101) == ""


def test_with_alt_describes_pictures_that_say_nothing() -> None:
    html = cleaned(f'<img src="{DOT}"><img alt="" src="{DOT}"><img src="{DOT}" alt="A dot">')
    assert has_picture_without_alt(html)
    described = with_alt(html, 'Two "dots"')
    assert described.count('alt="Two &quot;dots&quot;"') == 2
    assert described.count('alt="A dot"') == 1
    assert not has_picture_without_alt(described)
