"""Which number of a program `vary` can change, and why another one cannot be changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.analysis.number_assigned import NotSettable, number_assigned
from site_tools.analysis.parsed_program import ParsedProgram
from site_tools.analysis.source_edits import Edit, edited
from tests.support.projects import CASES

FOLDER = CASES / "numbers"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_number_of_a_program(path: Path) -> None:
    """Compare what becomes of `rate = 7`, or why it cannot be, with the last line of the case."""
    text = path.read_text(encoding="utf-8")
    source, _, expected = text.rstrip("\n").rpartition("\n# -> ")
    found = number_assigned(ParsedProgram([source]), "rate", ["loss"])
    if isinstance(found, NotSettable):
        said = found.why.format(", ".join(str(line) for _, line in found.lines))
        assert said == expected
        return
    (changed,) = edited([source], [Edit(found.cell, found.start, found.end, "7")])
    (line,) = set(changed.split("\n")) - set(source.split("\n"))
    assert line.strip() == expected
