from __future__ import annotations

import pytest

from site_tools.checks.output_cleaning import fit
from site_tools.pages.rich_outputs import rich_block, text_of


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": "<p>a</p>\n\n\n \n<pre>b\n\nc</pre>\n\n<table><tr><td>d\n\n\ne</table>"},
        {"text/markdown": "a\n\n```\nb\n\nc\n```\n\n$$\nx\n$$\n\n- d\n\n- e"},
        {"text/latex": "a\n\n$$x$$\n\nb"},
    ],
)
def test_block_has_no_blank_line(data: dict[str, str]) -> None:
    block = rich_block(fit(data), "", "x")
    assert block.startswith("<div")
    assert not any(not line.strip() for line in block.split("\n"))


def test_formula_that_cannot_be_read_is_shown_as_it_is_where_the_page_hides_it() -> None:
    assert ">$\\fraq &lt;$</pre>" in rich_block({"text/latex": "$\\fraq <$"}, "", "x")


def test_wide_table_is_scrolled_with_the_keyboard() -> None:
    block = rich_block(fit({"text/html": "<table><tr><td>1</table>"}), "", "x")
    assert 'class="table-scroll" tabindex="0" role="group"' in block
    assert text_of({"text/plain": "a\rb"}) == "b"


def test_drawing_inside_of_html_looks_like_a_figure() -> None:
    dark = "<svg viewBox='0 0 9 9'><rect width=9 height=9 fill=black /></svg>"
    block = rich_block(fit({"text/html": f"<p>a</p><svg><rect/></svg>{dark}"}), "A box", "x")
    assert block.count('alt="A box"') == 2
    assert 'class="figure drawing"' in block
    assert 'class="figure own-ground"' in block
