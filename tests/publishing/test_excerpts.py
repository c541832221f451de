"""What lists of posts show of a post: its opening, whose links work in each list."""

from __future__ import annotations

import pytest

from site_tools.model.source import MORE
from site_tools.publishing.excerpts import moved, opening


def test_rest_is_cut_off() -> None:
    shown, mark, rest = opening(f"# A\n\n<p>b</p>\n\n{MORE}\n\n## C\n").partition(MORE)
    assert (shown, mark) == ("# A\n\n<p>b</p>\n\n", MORE)
    assert "C" not in rest


def test_excerpt_keeps_text_behind_the_mark() -> None:
    """Else the plugin would leave out the link to the whole post."""
    assert opening(f"All.\n\n{MORE}\n").partition(MORE)[2].strip()


def test_post_without_a_mark_is_kept() -> None:
    assert opening("# A\n\n<p>b</p>\n") == "# A\n\n<p>b</p>\n"


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("../b/#c", "../../../posts/b/#c"),
        ("../../docs/", "../../../docs/"),
        ("figure.svg", "../../../posts/a/figure.svg"),
        ("#fn:1", "../../../posts/a/#fn:1"),
        ("https://example.org/x", "https://example.org/x"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("data:image/png;base64,AA", "data:image/png;base64,AA"),
    ],
)
def test_links_work_on_another_page(address: str, there: str) -> None:
    html = '<p><a class="x" href="{0}">a</a> <img alt="" src="{0}"></p>'
    page, to = "posts/a/", "posts/category/k/"
    assert moved(html.format(address), page, to) == html.format(there)


def test_footnote_of_an_excerpt_has_no_anchor() -> None:
    """Two posts in a list would have the same."""
    assert moved('<sup id="fnref:1">1</sup>', "posts/a/", "") == "<sup>1</sup>"
