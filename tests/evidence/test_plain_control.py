"""Which controls are written as plain source, and where they end their loops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from site_tools.evidence.judge import judge
from site_tools.evidence.plain_control import PlainControl, plain_controls
from site_tools.model.claim import Claim, Condition
from site_tools.model.post import Post
from site_tools.model.run import Run, Trace
from site_tools.model.source import Cell, Line, Place
from tests.support.runs import CLAIM, FROZEN, a_post, a_run, runs

PROGRAM = "w = 1.0\nv = 1.0\nwhile w > 0.5:\n    w -= 0.1 * w\n    v -= 0.1 * v\nloss = w\n"


def _post(*claims: Claim) -> Post:
    lines = tuple(
        Line(text, Place("posts/a.md", 9 + i)) for i, text in enumerate(PROGRAM.split("\n"))
    )
    cell = Cell("code", lines[0].place, lines)
    return replace(a_post(claims[0]), claims=claims, cells=(cell,))


def controls(found: Mapping[Condition, Run], *claims: Claim) -> list[PlainControl]:
    post = _post(*(claims or (CLAIM,)))
    return plain_controls(post, judge(post, found))


def stopped(found: dict[Condition, Run], *, published: int, control: int) -> list[PlainControl]:
    """Return the controls when the loop made so many rounds, with learning and without."""
    sham = replace(FROZEN, total=published, peaks=(published,))
    found[CLAIM.condition("sham")] = a_run(0.1, sham)
    off = replace(FROZEN, total=control, peaks=(control,), stopped=True)
    found[CLAIM.condition("control")] = a_run(10.0, off)
    return controls(found)


def test_claims_that_switch_off_the_same_share_a_control() -> None:
    other = replace(CLAIM, freeze=("v",))
    again = replace(CLAIM, says="It learns again")
    found = {**runs(CLAIM, controls={0: 7.0}), **runs(other, controls={0: 8.0})}
    one, two = controls(found, CLAIM, other, again)
    post = _post(CLAIM)
    assert (one.file(post), two.file(post)) == ("a-learning-off.py", "a-learning-off-2.py")
    assert [value for _, value in one.ends] == [7.0, 7.0]
    assert [value for _, value in two.ends] == [8.0]
    assert one.program
    assert "    pass  # struck out: w -= 0.1 * w" in one.program.cells[0]
    assert two.program
    assert "    w -= 0.1 * w" in two.program.cells[0]


def test_claim_that_is_not_accepted_has_none() -> None:
    assert controls(runs(CLAIM, controls={0: 0.1})) == []


def test_loop_ends_where_its_control_was_ended() -> None:
    (one,) = stopped(runs(CLAIM), published=20, control=40)
    assert one.program
    assert " > 40: break" in one.program.cells[0]
    assert next(edit.note for edit in one.changes) == "ends after 40 rounds"


def test_control_that_ended_by_itself_needs_no_end() -> None:
    found = runs(CLAIM)
    found[CLAIM.condition("control")] = a_run(10.0, replace(FROZEN, peaks=(21,)))
    (one,) = controls(found)
    assert one.program
    assert "break" not in one.program.cells[0]


def test_control_that_was_ended_elsewhere_is_not_written() -> None:
    (one,) = stopped(runs(CLAIM), published=20, control=39)
    assert one.program is None
    assert one.file(_post(CLAIM)) == ""
    assert one.reason == "the control was ended outside of a loop"


def test_reason_names_the_line_of_the_post() -> None:
    found = runs(CLAIM)
    update = replace(FROZEN.updates[0], how="step", cell=1, line=6)
    found[CLAIM.condition("control")] = a_run(10.0, Trace((update,)))
    (one,) = controls(found)
    assert one.reason == "posts/a.md:14: an optimizer steps in a call that is not named `step`"
