"""What prose may hold of HTML, and what a page may load.

To add a case: a line in one of the files of `tests/cases/html/`.
"""

from __future__ import annotations

import pytest

from site_tools.checks.html_rules import html_problems
from site_tools.checks.page_html import page_faults
from site_tools.model.source import Cell, Line, Place
from site_tools.posts.markdown_parser import references_in
from site_tools.posts.site_settings import Trust
from tests.support.posts import prose
from tests.support.projects import CASES

NONE = Trust()
HTML = Trust(html=True)
REMOTE = Trust(remote=frozenset({"example.org"}))


def lines(name: str) -> list[str]:
    return (CASES / "html" / name).read_text(encoding="utf-8").splitlines()


def problems(text: str, trust: Trust = NONE) -> list[str]:
    own = text.replace(" [a]: ", "\n\n[a]: ").split("\n")
    places = tuple(Line(line, Place("posts/a.md", i)) for i, line in enumerate(own, start=1))
    return [str(one) for one in html_problems(Cell("prose", Place("posts/a.md", 1), places), trust)]


@pytest.mark.parametrize("text", lines("fine.txt"))
def test_plain_html_is_fine(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize("text", lines("refused.txt"))
def test_hostile_html_is_refused(text: str) -> None:
    assert problems(f"Words.\n\n{text}")[0].startswith("posts/a.md:3: ")
    assert all("another server" in said for said in problems(text, HTML))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "<!-- a --!> b -->",
            "the comment `<!-- a --!> b -->` contains `--!>` or `<!--`; browsers ",
        ),
        ("<!--> b -->", "the comment `<!--> b -->` begins with `<!-->`; browsers "),
        ("a </> b", "`</> b` is not a valid HTML tag."),
        ('## T { id="a&b" }', "`a&b` in braces is not a valid `id`. Use letters, "),
        ("[x](y.md){ping=a}", "`{ ping=… }` sets an attribute that prose must not set."),
    ],
)
def test_fault_is_named(text: str, what: str) -> None:
    assert problems(text)[0].startswith(f"posts/a.md:1: {what}")


@pytest.mark.parametrize("text", lines("other-servers.txt"))
def test_other_servers_are_refused(text: str) -> None:
    (said,) = problems(text)
    assert "another server" in said
    assert problems(text, HTML) == [said]
    assert problems(text, REMOTE) == []
    assert problems(text.replace("example.org", "example.org.evil.net"), REMOTE)


@pytest.mark.parametrize("text", lines("other-servers-of-html.txt"))
def test_other_servers_are_refused_in_any_html(text: str) -> None:
    """Also where a site trusts the HTML of its authors, and on the pages of its editors."""
    assert problems(text)
    (said,) = problems(text, HTML)
    assert said.startswith("posts/a.md:1: `")
    assert "another server" in said
    assert problems(text, Trust(html=True, remote=REMOTE.remote)) == []


def test_picture_by_a_reference_of_another_cell_is_refused() -> None:
    references = references_in(["[a]: https://example.org/x.png"])
    (said,) = html_problems(prose("![x][a]"), NONE, references)
    assert "another server" in said.what


FINE_PAGES = [
    '<p>a</p><pre><span class="k">if</span></pre>', '<td style="text-align: right;">1</td>',
    '<a href="../b/#c">c</a><a href="https://example.org">d</a>', '<img src="../a/b.png" alt="">',
    '<img src="data:image/svg+xml;base64,AAAA">', "<svg><path d='M0 0'/><use href='#a'/></svg>",
    "&lt;script&gt;", '<math><mtd style="padding-left: 0;"></mtd></math>',
    '<input type="checkbox">', '<img srcset="a.png 1x, b.png 2x">',
]  # fmt: skip
HOSTILE_PAGES = [
    "<script>ran()</script>", "<p><b onclick='ran()'>", '<a href="jav&#97;script:ran()">',
    "<iframe>", "<img src=//example.org/x>", "<img srcset='https://example.org/x 2x'>",
    '<p style="background: url(x)">', "<svg><use href='https://example.org/x'/></svg>",
    "<style>a</style>", "<svg><a xlink:href='javascript:ran()'></a></svg>", "<form action='x'>",
    '<a href="#a" ping="https://example.org/x">', '<a href="#a" ping="/a https://example.org/x">',
    '<img src="a.png" attributionsrc="https://example.org/x">',
    "<img srcset='a 1x, https://example.org/x 2x'>", "<img src='///example.org/x'>",
]  # fmt: skip


@pytest.mark.parametrize("html", FINE_PAGES)
def test_harmless_pages_have_no_faults(html: str) -> None:
    assert page_faults(html, NONE) == []


@pytest.mark.parametrize("html", HOSTILE_PAGES)
def test_hostile_pages_have_faults(html: str) -> None:
    assert page_faults(html, NONE)


def test_styles_that_ask_another_server_are_faults_of_any_page() -> None:
    html = "<svg><style>@import '//example.org/x';</style></svg>"
    assert page_faults(html, HTML) == ["<style> with '//example.org/x'"]
    assert page_faults("<style>a { color: red }</style>", HTML) == []
