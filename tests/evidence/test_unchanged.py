"""What should learn and never changes: a warning for its author, a line on the card."""

from __future__ import annotations

from dataclasses import replace

from site_tools.evidence.judge import judge
from site_tools.evidence.unchanged import never_changed
from site_tools.evidence.verdict import Evidence
from site_tools.model.run import Unchanged
from site_tools.model.source import Cell, Line, Place
from site_tools.pages.evidence_card import _covered
from tests.support.runs import CLAIM, a_post, runs

CELL = Cell("code", Place("posts/a.md", 20), (Line("step()", Place("posts/a.md", 21)),))
POST = replace(a_post(CLAIM), cells=(CELL,))


def _judged(things: int, changed: int, *unchanged: Unchanged) -> Evidence:
    known = runs(CLAIM)
    sham = known[CLAIM.condition("sham")]
    trace = replace(sham.trace, things=things, changed=changed, unchanged=unchanged)
    return judge(POST, known | {CLAIM.condition("sham"): replace(sham, trace=trace)})


def test_what_never_changes_is_named_at_its_line() -> None:
    found = list(never_changed(POST, _judged(3, 2, Unchanged("model.0.weight", 1, 1))))
    assert str(found[0]) == (
        "posts/a.md:21: `model.0.weight` never changes while the program trains. "
        "It may be frozen, have a gradient of 0, or be missing from the optimizer."
    )
    assert list(never_changed(POST, _judged(3, 3))) == []


def test_many_of_one_line_are_one_warning() -> None:
    still = [Unchanged(f"net.{i}.weight", 1, 1) for i in range(20)]
    (found,) = never_changed(POST, _judged(40, 20, *still))
    assert found.what == (
        "`net.0.weight`, `net.1.weight`, `net.2.weight` and others never change while the program "
        "trains."
    )


def test_card_counts_what_should_learn() -> None:
    def said(evidence: Evidence) -> str:
        return "".join(_covered(evidence)).removeprefix('<p class="evidence-facts">')

    assert said(_judged(0, 0)) == ""
    assert said(_judged(1, 1)).startswith("The one parameter that should learn changed while")
    assert said(_judged(4, 4)).startswith("All 4 parameters that should learn changed while")
    text = said(_judged(4, 3, Unchanged("a<b", 1, 1)))
    assert "3 of 4 parameters that should learn changed (not <code>a&lt;b</code>) while" in text
