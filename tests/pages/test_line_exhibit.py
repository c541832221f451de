"""What each line of a program is for, as a table and an exhibit made of it."""

from __future__ import annotations

import re
from dataclasses import replace

from site_tools.analysis.variants import Variant, variants
from site_tools.evidence.judge import judge
from site_tools.evidence.variant_evidence import Tried, VariantEvidence
from site_tools.evidence.variant_outcome import Outcome
from site_tools.model.post import Post
from site_tools.model.run import Failure, Run
from site_tools.model.source import Cell, Line, Place
from site_tools.pages.line_exhibit import line_exhibit
from tests.support.runs import CLAIM, FALLING, a_post, a_run, sampled, segment

CODE = "w = 3.5\nfor step in range(100):\n    w -= 0.1 * w * (1 - w) & 1\nloss = w"
PLACE = Place("posts/a.md", 9)
CELL = Cell("code", PLACE, tuple(Line(text, PLACE) for text in CODE.split("\n")))
POST = replace(a_post(CLAIM), cells=(CELL,))
KNOWN = sampled((segment(FALLING),), (segment([9.0] * 10),))


def _run(value: float, low: float = 0.5) -> Run:
    course = segment([9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, low])
    return replace(a_run(value), curves={CLAIM.sampled: (course,)})


def _tried(number: int, outcome: Outcome, *values: float) -> Tried:
    found: Variant = variants(POST.sources, {1}, ["loss"])[number]
    runs = tuple(_run(value) for value in values)
    return Tried(found, outcome, runs, values[:1], (1,) if outcome == "noticed" else ())


def _html(*tried: Tried, post: Post = POST) -> str:
    trained = (_run(0.1), _run(0.12), _run(0.14))
    blocks = line_exhibit(post, judge(post, KNOWN), VariantEvidence(tried, tried, 9, trained))
    return str(blocks[1]) if blocks else ""


def _row(*tried: Tried) -> str:
    return next(match[0] for match in re.finditer(r"<tr data.*</tr>", _html(*tried)))


def test_no_variants_make_no_section() -> None:
    assert line_exhibit(POST, judge(POST, KNOWN), None) == ()
    assert _html() == ""


def test_row_says_what_became_of_the_program() -> None:
    row = _row(_tried(0, "noticed", 3.0, 3.5, 0.9))
    assert "Worse: 1 of 3 starts reach the goal." in row
    assert ">0.9 to 3.5<" in row
    assert 'data-kind="worse"' in row


def test_end_without_learning_is_recognised() -> None:
    assert "It ends where it ends with learning switched off." in _row(_tried(0, "noticed", 10.0))


def test_claims_that_fail_are_listed() -> None:
    one = _tried(0, "noticed", 0.13)
    reached = "Worse: 1 of 1 starts reach the goal, but "
    assert f"{reached}claim 2 fails." in _row(replace(one, noticed_by=(2,)))
    assert f"{reached}claims 2, 3 and 4 fail." in _row(replace(one, noticed_by=(1, 2, 3, 4)))
    best = _tried(0, "noticed", 0.0)
    assert f"{reached}claim 2 fails." in _row(replace(best, noticed_by=(2,)))


def test_one_start_that_misses_the_goal_makes_a_change_worse() -> None:
    row = _row(_tried(0, "survived", 0.01, 0.02, 3.0))
    assert "Worse: 2 of 3 starts reach the goal. No claim of this post" in row


def test_another_number_of_examples_is_no_other_start() -> None:
    one = _tried(0, "start", 0.13, 0.12, 0.15)
    assert "It learns as well from this start." in _row(one)
    resized = replace(one, variant=replace(one.variant, resized=True))
    assert "It learns as well with this number of examples." in _row(resized)


def test_line_has_the_number_that_the_page_gives_it_elsewhere() -> None:
    blank = Cell(
        "code", PLACE, tuple(Line(t, PLACE) for t in ["w = 3.5", "", "# On.", "w = w - 1"])
    )
    post = replace(POST, cells=(blank,), explain="comments")
    found = variants(post.sources, {1}, ["w"])
    last = next(one for one in found if one.line == 4)
    tried = Tried(last, "noticed", (_run(3.0),), (3.0,), (1,))
    assert re.findall(r"<i>(\d+)</i>", _html(tried, post=post)) == ["1", "3"]


def test_survivor_is_said_to_survive() -> None:
    row = _row(_tried(0, "survived", 0.13, 0.12, 0.15))
    assert "Hardly any difference: 3 of 3 starts reach the goal. No claim of this post" in row


def test_error_is_quoted_as_text() -> None:
    one = _tried(0, "stopped", 1.0)
    failed = replace(one.runs[0], failure=Failure(1, 2, "TypeError: <b> & more."))
    row = _row(replace(one, runs=(failed,)))
    assert "It stops: <code>TypeError: &lt;b&gt; &amp; more</code>." in row


def test_marks_name_what_is_struck_and_what_is_put() -> None:
    for number, variant in enumerate(variants(POST.sources, {1}, ["loss"])):
        row = _row(_tried(number, "noticed", 3.0))
        data = dict(re.findall(r'data-(\w+)="([^"]*)"', row))
        old = CODE.split("\n")[variant.line - 1]
        changed = variant.applied(POST.sources)[0].split("\n")[variant.line - 1]
        new = old[: int(data["from"])] + data.get("put", "") + old[int(data["to"]) :]
        struck = old[int(data["from"]) : int(data["to"])]
        if "# struck out" in changed:
            assert struck == old.strip()
        else:
            assert new.replace(" ", "") == changed.replace(" ", "")


def test_only_lines_with_a_variant_can_be_chosen() -> None:
    one = _tried(0, "noticed", 3.0)
    buttons = re.findall(
        r'<button type="button" class="strike-line" data-line="1:(\d+)"', _html(one)
    )
    assert buttons == [str(one.variant.line)]


def test_lines_of_all_starts_are_drawn() -> None:
    row = _row(_tried(0, "noticed", 3.0, 3.5, 4.0))
    assert len(re.findall(r"M\d+ \d+l", row)) == 3
    assert _html(_tried(0, "noticed", 3.0)).count('<path class="trained"') == 3
