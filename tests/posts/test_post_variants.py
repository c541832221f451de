"""What an author says about the variants of a program."""

from __future__ import annotations

from dataclasses import replace

from site_tools.model.post import Post, VariantWish
from site_tools.model.source import Cell, Line, Place
from site_tools.posts.front_matter_keys import ALL_VARIANTS
from site_tools.posts.post_variants import variant_problems, variants_of
from tests.support.runs import CLAIM, a_post

CODE = 'w = "é"; v = 2.5\nfor step in range(100):\n    v -= 0.5 * v\n\nloss = (v\n        + 0.0)'
PLACE = Place("posts/a.md", 9)


def _post(*wishes: VariantWish, code: str = CODE) -> Post:
    cell = Cell("code", PLACE, tuple(Line(text, PLACE) for text in code.split("\n")))
    return replace(a_post(CLAIM), cells=(cell,), variants=wishes)


def test_own_change_comes_first_with_its_words() -> None:
    found = variants_of(_post(VariantWish("It begins lower", "2.5", "0.1")))
    assert (found[0].says, found[0].line) == ("It begins lower", 1)
    assert found[0].applied([CODE])[0].startswith('w = "é"; v = 0.1\n')
    assert found[0].title == "`0.1` in place of `2.5`"


def test_text_over_several_lines_keeps_the_lines_below() -> None:
    (first, *_) = variants_of(_post(VariantWish("Less", "(v\n        + 0.0)", "v")))
    assert first.applied([CODE])[0].count("\n") == CODE.count("\n")


def test_hidden_changes_are_left_out_and_others_come_first() -> None:
    titles = [one.title for one in variants_of(_post())]
    last = titles[-1]
    wished = [one.title for one in variants_of(_post(VariantWish(first=last)))]
    assert wished[0] == last
    assert sorted(wished) == sorted(titles)
    assert last not in [one.title for one in variants_of(_post(VariantWish(hide=last)))]


def test_changes_that_exist_are_no_mistakes() -> None:
    title = variants_of(_post())[0].title
    wishes = VariantWish("x", "2.5", "1.5"), VariantWish(hide=title), VariantWish(first=title)
    assert list(variant_problems(_post(*wishes))) == []


def test_program_whose_changes_are_all_hidden_has_no_mistake() -> None:
    post = replace(_post(VariantWish(hide=ALL_VARIANTS), code="loss = 1"), has_variants=False)
    assert list(variant_problems(post)) == []
