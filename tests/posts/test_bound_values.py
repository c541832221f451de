"""A value takes the place of its expression as text: it changes nothing else of the prose.

To add a case: a Markdown text in `bound-values/`, with the names below. `pytest --update` writes
the same text with values, and the HTML of a page, beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from site_tools.model.post import Post
from site_tools.posts.bound_values import bound_values, with_values
from site_tools.posts.formulas import Typesetter
from site_tools.posts.markdown_parser import parse
from site_tools.posts.prose_html import ProseWriter, staged
from tests.support.posts import code_post, prose
from tests.support.projects import CASES

NAMES = {
    "start": 0.5,
    "end": 0.0045,
    "n": 30,
    "change": 0.991,
    "markup": "<script>alert(1)</script> **b** `c` ~~d~~ ![e](f.png)",
    "entity": "&lt; &amp; &#42;",
    "quotes": '"it\'s" -- ... (c)',
    "formula": "$x^2$ \\(y\\)",
    "heading": "# not",
    "rule": "===",
    "item": "- not",
    "definition": ": not",
}
FILES = sorted((CASES / "bound-values").glob("*.md"))


def prose_post(text: str) -> Post:
    return replace(code_post("a = 1"), cells=(prose(text),))


def shown(post: Post) -> Post:
    """Return a post with the values of its expressions."""
    texts = {value.expression for value in bound_values(post)}
    return with_values(post, {text: str(eval(text, dict(NAMES))) for text in texts})  # noqa: S307


def html(text: str) -> str:
    page = ProseWriter(Typesetter("case").html)
    return staged([*page.blocks(text), page.footnotes()])


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.stem)
def test_values_are_text(case: Path, expect: Callable[[Path, str], None]) -> None:
    post = shown(prose_post(case.read_text(encoding="utf-8").rstrip("\n")))

    source = post.cells[0].source
    expect(case.with_suffix(".txt"), f"{source}\n\n{'-' * 70}\n\n{html(source)}")


TEXTS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1).filter(
    lambda text: text.strip() == text
)
PLACES = [
    "A `{python} n` b", "`{python} n`. b", "- `{python} n`", "a*`{python} n`* b", "_`{python} n`_",
    "a\n`{python} n`\nb", "| a |\n|---|\n| `{python} n` |", "[a `{python} n`](b)",
    "a\n: `{python} n`",
    "> `{python} n`", "!!! note\n\n    `{python} n`", "![`{python} n`](a.png)", "-`{python} n`",
]  # fmt: skip


@given(value=TEXTS, place=st.sampled_from(PLACES))
def test_any_text_is_shown_as_it_is(value: str, place: str) -> None:
    post = with_values(prose_post(place), {"n": value})
    tokens = [child for token in parse(post.cells[0].source) for child in token.children or ()]

    def words(tokens: Sequence[Token]) -> str:
        return "".join(
            words(token.children) if token.children else token.content for token in tokens
        )

    assert value in words(tokens)


def test_comments_of_the_program_get_values_and_its_code_stays() -> None:
    code = """n = 30
    # Of `{python} n` steps,
    ## `{python} n - 1` are right: `n`.
x = "# `{python} n`"  # `{python} n`"""
    post = replace(code_post(code), explain="comments")
    assert (
        shown(post).code_cells[0].source
        == """n = 30
    # Of 30 steps,
    ## 29 are right: `n`.
x = "# `{python} n`"  # `{python} n`"""
    )


def test_comments_of_other_code_stay() -> None:
    post = code_post("# `{python} n`\na = 1")
    assert shown(post) == post


def test_without_expressions_a_post_stays_as_it_is() -> None:
    post = prose_post("`a` *b* \\* c")
    assert shown(post) == post
