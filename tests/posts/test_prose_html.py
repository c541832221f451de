"""Markdown as authors know it: what the page shows of it, and what `check` refuses at its line.

To add a case: a text in `markdown/shown/` or `markdown/refused/`; `pytest --update` writes the
expected file beside it, which you read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown_it import MarkdownIt

from site_tools.checks.html_rules import html_problems
from site_tools.checks.markdown_rules import labels_of, markdown_problems
from site_tools.posts.cross_references import labels_in
from site_tools.posts.formulas import Typesetter
from site_tools.posts.links import links_of, rewrite
from site_tools.posts.markdown_parser import references_in, words_of
from site_tools.posts.prose_html import Block, Heading, ProseWriter, anchors_in, as_markdown, staged
from site_tools.posts.site_settings import Trust
from site_tools.posts.theme_markup import PageKnowledge
from site_tools.publishing.mkdocs_defaults import defaults
from tests.fuzz.properties import in_time
from tests.support.posts import prose
from tests.support.projects import CASES

SHOWN = sorted(CASES.glob("markdown/shown/*.md"))
REFUSED = sorted(CASES.glob("markdown/refused/*.md"))
COMMONMARK = MarkdownIt("commonmark", {"xhtmlOut": False})
LISTS = ["- ", "* ", "1. ", "2) ", "  ", "   ", "    ", "\n", "\n\n", "word", "> ", "\t- x\n"]


def writer() -> ProseWriter:
    return ProseWriter(Typesetter("case").html)


def problems(text: str) -> list[str]:
    labels = set(labels_of(text))
    return list(map(str, markdown_problems(prose(text, "case.md"), labels)))


@pytest.mark.parametrize("case", SHOWN, ids=lambda path: path.stem)
def test_is_shown(case: Path, expect: Callable[[Path, str], None]) -> None:
    text = case.read_text(encoding="utf-8")
    assert problems(text) == []
    labels = labels_in([prose(text, "case.md")], "case")
    page = ProseWriter(Typesetter("case").html, known=PageKnowledge(labels=labels))
    expect(case.with_suffix(".html"), staged([*page.blocks(text), page.footnotes()]))


@pytest.mark.parametrize("case", REFUSED, ids=lambda path: path.stem)
def test_is_refused_at_its_line(case: Path, expect: Callable[[Path, str], None]) -> None:
    said = problems(case.read_text(encoding="utf-8"))
    expect(case.with_suffix(".txt"), "\n".join(said) + "\n")


def rendered(text: str) -> str:
    """Return staged text as MkDocs renders it."""
    settings = defaults()["markdown_extensions"]
    names = [name for entry in settings for name in (entry if isinstance(entry, dict) else [entry])]
    return str(Markdown(extensions=names).convert(text))


def assert_survives(blocks: list[Block]) -> None:
    """The renderer leaves finished blocks as they are, and shows headings as they are meant."""
    page = rendered(staged(blocks))
    for block in blocks:
        html = block.html if isinstance(block, Heading) else block
        assert unescape(" ".join(html.split())) in unescape(" ".join(page.split()))
    assert page.count("<h") >= sum(isinstance(block, Heading) for block in blocks)


@pytest.mark.parametrize("case", SHOWN, ids=lambda path: path.stem)
def test_renderer_changes_nothing(case: Path) -> None:
    assert_survives(writer().blocks(case.read_text(encoding="utf-8")))


@given(st.lists(st.sampled_from(LISTS), max_size=30).map("".join))
def test_lists_are_those_of_commonmark(text: str) -> None:
    ours = re.sub(r'<div class="highlight">.*?</div>', "CODE", writer().html(text), flags=re.DOTALL)
    theirs = re.sub("<pre>.*?</pre>", "CODE", COMMONMARK.render(text), flags=re.DOTALL)
    assert ours == theirs.strip("\n")


PIECES = ["[a](", "b.md", ")", "![", "]", "`", "$", "<b>", "</b>", "**", "*", "\n", "\n\n", "> ",
          "- ", "| a | b |\n|---|---|\n|", "\\", "{ .a }", "<!-- ", " -->", "[^1]", "[^1]: ",
          "    ", "## ", "$$", "```\n", "&amp;", "[r]: x.md\n", "<details>", "!!! note\n", "é",
          "\ue07c"]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_has_its_places(text: str) -> None:
    """Words keep their places, and a link is where the parser says."""
    assert len(words_of(text)) == len(text)
    assert all(a in (b, " ") for a, b in zip(words_of(text), text, strict=True))
    cell = prose(text)
    for link in links_of(cell):
        if not link.in_html:
            assert link.target in text[link.start : link.end]
    assert "b.md" not in rewrite(prose("[a](b.md)"), lambda _path: "c.md")
    blocks = ProseWriter(lambda _tex, _is_display: "<i>x</i>").blocks(text)
    if not problems(text) and not list(html_problems(prose(text), Trust())):
        assert_survives(blocks)


def test_references_hold_in_all_of_a_post() -> None:
    references = references_in(["[r]: https://example.org 'T'"])
    page = ProseWriter(Typesetter("case").html, references=references)
    assert page.html("[a][r]") == '<p><a href="https://example.org" title="T">a</a></p>'


def test_markdown_for_notebooks_has_no_empty_line_in_a_block() -> None:
    text = "## A *b* $x$\n\n```text\na\n\n\nb $5\n```\n"
    heading, block = as_markdown(writer().blocks(text)).split("\n\n")
    assert heading.startswith("## A <em>b</em> <span")
    assert "a&#10;&#10;&#10;b &#36;5" in block


def test_anchors_are_not_those_of_code_listings() -> None:
    text = "## A { #a }\n\n```text\nx\n## B { #b }\n\n## C { #c }\n```\n\n## D { #d }\n"
    assert anchors_in(staged(writer().blocks(text))) == ["a", "d"]
    assert anchors_in('<PRE>\n## B { #b }\n<a id="c"></a></pre>\n\n## D { #d }\n') == ["c", "d"]
    assert anchors_in("<!--\n## B { #b }\n-->\n\n## D { #d }\n") == ["d"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('<img src="x.png" alt="A markdown cell">', '<img src="x.png" alt="A markdown cell">'),
        ("<img alt='A markdown=1 \"cell'>", "<img alt='A markdown=1 \"cell'>"),
        ('<p markdown="1" title="a">b</p>', '<p title="a">b</p>'),
        ("<p title='>' markdown>b</p>", "<p title='>'>b</p>"),
        ("<p markdown=span>b</p> markdown=1 >", "<p>b</p> markdown=1 >"),
    ],
)
def test_markdown_attributes_of_tags_are_left_out(text: str, html: str) -> None:
    assert writer().blocks(text) == [html]


@pytest.mark.parametrize("sign", [" ", "{", "}"])
@in_time()  # it took minutes when its time grew with the square
def test_long_heading_is_read_in_time(sign: str) -> None:
    (heading,) = writer().blocks(f"## a{sign * 300_000}b")
    assert isinstance(heading, Heading)
    assert heading.anchor == ""


def test_link_gets_its_new_target_where_it_stands() -> None:
    text = "[b.md](b.md) `[b](b.md)` ![b](<b.md> 'b.md') [b]\n\n[b]: b.md#c\n"
    new = rewrite(prose(text), lambda path: f"NEW-{path}")
    assert new == (
        "[b.md](NEW-posts/b.md) `[b](b.md)` ![b](NEW-posts/b.md 'b.md') [b]\n\n"
        "[b]: NEW-posts/b.md#c\n"
    )
