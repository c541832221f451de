"""What a run record's page has of each kind of output."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import nbformat
import pytest

from site_tools.record_html import Record, Shown, record_html, shown_by

SVG = "<svg xmlns='http://www.w3.org/2000/svg'/>"
DOT = b"\x89PNG\r\n\x1a\n and so on"


def record(*cells: Any, shown: Shown | None = None) -> Record:
    metadata = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    book = nbformat.v4.new_notebook(cells=list(cells), metadata=metadata)
    return record_html(nbformat.writes(book), shown or Shown())


def code(source: str, *outputs: Any) -> Any:
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), execution_count=1)


def stream(name: str, text: str) -> Any:
    return nbformat.v4.new_output("stream", name=name, text=text)


def display(alt: str = "", **data: str) -> Any:
    kinds = {kind.replace("_", "/"): value for kind, value in data.items()}
    metadata = {kind: {"alt": alt} for kind in kinds if kind.startswith("image/")}
    return nbformat.v4.new_output("display_data", data=kinds, metadata=metadata)


def svg(alt: str) -> Any:
    data, metadata = {"image/svg+xml": SVG}, {"image/svg+xml": {"alt": alt}}
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata)


@pytest.mark.parametrize(
    ("output", "html"),
    [
        (
            stream("stdout", "\x1b[31mred\x1b[0m\n10 %\r20 % <b>\n"),
            '<div class="text output no-copy highlight"><pre><code>red\n20 % &lt;b&gt;\n</code>',
        ),
        (
            stream("stderr", "mind the step"),
            '<div class="text output warning no-copy highlight"><pre><code>mind the step</code>',
        ),
        (display(text_plain="array([1])"), "<code>array([1])</code>"),
        (display(text_plain="a table", text_html="<table></table>"), "<table></table>"),
        (display(text_markdown="*so*"), "<em>so</em>"),
        (svg('A "line"'), '<img class="figure" alt="A &quot;line&quot;" src="data:image/svg+xml;'),
        (
            display("A dot", image_png=b64encode(DOT).decode(), text_plain="<Figure>"),
            f'alt="A dot" src="data:image/png;base64,{b64encode(DOT).decode()}"',
        ),
        (display(application_json="{}", text_plain="{1: 2}"), "<code>{1: 2}</code>"),
    ],
)
def test_outputs(output: Any, html: str) -> None:
    assert html in record(code("a", output)).html


def test_code_is_coloured_as_on_a_page() -> None:
    expected = '<div class="highlight"><pre><span></span><code><span class="n">a'
    assert expected in record(code("a = '<'")).html


@pytest.mark.parametrize("language", ["", "bash", "no-such-language", "bash extra"])
def test_code_in_prose_looks_like_code(language: str) -> None:
    prose = nbformat.v4.new_markdown_cell(f"```{language}\necho 1\n```")
    assert '<div class="highlight"><pre><span></span><code>' in record(prose).html


def test_headings_are_named_once_each() -> None:
    prose = [nbformat.v4.new_markdown_cell(text) for text in ("# The *run*", "## A", "## A")]
    made = record(*prose)
    assert made.title == "The run"
    assert [child["id"] for child in made.headings[0]["children"]] == ["a", "a_1"]
    assert '<h2 id="a_1">A<a class="headerlink" href="#a_1"' in made.html


def test_what_the_post_shows_is_not_made_again() -> None:
    page = (
        '<div class="highlight"><pre><span></span><code><b>a &lt; 1</b>\n'
        '</code></pre></div><p><img alt="A" class="figure" src="figure-1-0a1b2c3d.svg" /></p>'
    )
    shown = shown_by(page, "../../posts/a/")
    assert "<b>a &lt; 1</b>" in record(code("a < 1"), shown=shown).html
    assert shown.figures == {
        "0a1b2c3d": '<img alt="A" class="figure" src="../../posts/a/figure-1-0a1b2c3d.svg" />'
    }
