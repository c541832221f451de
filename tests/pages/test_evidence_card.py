"""The card says what it rests on, where there is something to say."""

from __future__ import annotations

from dataclasses import replace

from bs4 import BeautifulSoup

from site_tools.evidence.judge import judge
from site_tools.evidence.verdict import Evidence
from site_tools.model.source import Cell, Line, Place
from site_tools.pages.evidence_card import LEARNS, Guides, card
from tests.support.runs import CLAIM, a_post, a_run, runs

PLACE = Place("posts/a.md", 20)


def card_of(code: str, *tags: str, hidden: str = "print(w)") -> BeautifulSoup:
    cell = Cell("code", PLACE, tuple(Line(line, PLACE) for line in code.split("\n")))
    other = replace(cell, lines=(Line(hidden, PLACE),), tags=frozenset(tags))
    post = replace(a_post(CLAIM), cells=(cell, other))
    return BeautifulSoup(card(post, a_run(0.1), judge(post, runs(CLAIM)), Guides()), "html.parser")


def test_card_lists_the_notes_for_reviewers() -> None:
    notes = card_of("w = 1\nimport gc  # <b>").find(id="notes-for-reviewers")
    assert notes is not None
    assert notes.summary is not None
    assert notes.summary.text == "Rests on a review: 1 note for reviewers"
    assert [note.text for note in notes.find_all("li")] == [
        "Line 2 of block 1 searches the interpreter's objects (gc)."
    ]


def test_card_without_notes_has_no_list() -> None:
    found = card_of("w = 1\nw -= 1")
    assert found.find(id="notes-for-reviewers") is None
    assert "does not show" not in found.text


def test_code_in_a_note_is_escaped() -> None:
    notes = card_of("import sys\nw = sys.modules['<script>']").find(id="notes-for-reviewers")
    assert notes is not None
    assert notes.script is None


def test_card_counts_hidden_lines() -> None:
    text = "1 line of code runs that this page does not show; the full run has it."
    assert text in card_of("w = 1\nw -= 1", "remove-cell").text


def test_note_on_a_hidden_line_says_so() -> None:
    notes = card_of("w = 1\nw -= 1", "remove-input", hidden="import gc").find("li")
    assert notes is not None
    assert notes.text.startswith("Line 1 of block 2, which this page does not show, searches")


def test_card_without_evidence_promises_no_result() -> None:
    """A page may be made before its evidence: nothing on it looks like a verdict."""
    page = card(a_post(CLAIM), a_run(0.1), Evidence(()), Guides())
    found = BeautifulSoup(page, "html.parser")
    assert "The evidence is not complete." in found.text
    assert "It learns: 0.1 (goal: below 1)." in found.text
    assert LEARNS not in found.text
    assert not found.select("svg, .evidence-facts")


def test_card_says_one_sentence_and_folds_the_rest() -> None:
    section = card_of("w = 1\nw -= 1").find("section")
    assert section is not None
    whole = section.find("details", class_="more-evidence")
    assert whole is not None
    inside = whole.extract()
    assert "It learns: 0.1 (goal: below 1); with learning switched off" in section.text
    assert len(section.select("svg")) == 1
    assert "confidence" not in section.text
    assert "with 95\N{NO-BREAK SPACE}% confidence at least" in inside.text
