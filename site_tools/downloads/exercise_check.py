"""Claims → the cells that end an exercise: they tell a right program from a wrong one.

They run the reader's cells again: as they are, with what learns struck out, with updates that go
another way, with only the first of the updates, with other seeds, and with wrong labels for the
held-out data. They also compare what the page's own cells print. The code is in
`templates/check_*.txt`; it is plain Python, for readers who open it, and imports nothing of this
project. What it knows of the post is in the first of these cells, made here.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_tools.downloads import notebook_cells
from site_tools.model.claim import Claim
from site_tools.model.run import Run

_TEMPLATES = Path(__file__).parent / "templates"

_PARTS = {
    "tools": "finds your cells and compares what they print",
    "strike": "strikes the updates out of a program",
    "turn": "lets the updates of a program go another way",
    "way": "what has been changed goes another way",
    "jump": "does the number jump while a program learns?",
    "unseen": "gives your functions wrong labels for the held-out data",
    "run": "runs your cells where no other code reaches them",
    "learning": "does it reach the goal, and only by learning?",
    "page": "are its results the page's?",
    "direction": "does it matter what is learned?",
    "results": "does it learn elsewhere as well, and is it honest?",
}
"""The templates, with what each of them does."""

SURE = "differ|gap|equal|same|match|True|False"
"""Words in printed lines that must be right in any right program: they compare, or answer."""


@dataclass(frozen=True, slots=True)
class ExerciseFacts:
    """What the check knows of an exercise, whose code cells are numbered from 1."""

    claims: Sequence[Claim]
    taught: Sequence[int]
    """For each claim, the reader's cell that is named when it fails."""
    run: Run
    """The published run."""
    yours: Sequence[int]
    """The cells that the reader writes as a whole."""
    needed: Sequence[int]
    """The cells on which the claims depend."""
    compared: Sequence[int]
    """The cells that run once to compare what they print; the needed ones among them."""
    given: Mapping[int, str]
    """The code of the cells in which the reader writes nothing."""
    printed: Mapping[int, str]
    """What the published run printed, for each cell that is not wholly the reader's."""
    held_out: str
    """An expression for the answers that nobody may train on; empty when there are none."""
    close: float | None
    """How far numbers may be from the page's, as a part of them; None for any distance."""


def check_cells(facts: ExerciseFacts, first: int) -> list[Any]:
    """Return the cells that check an exercise; `first` is the number of the first of them."""
    parts = [("what the page says", _data(facts))]
    parts += [(what, _template(name)) for name, what in _PARTS.items()]
    found = []
    for number, (what, source) in enumerate(parts, first):
        cell = notebook_cells.code(f"{mark(number, f'check: {what}')}\n{source}", f"check-{number}")
        cell.metadata["jupyter"] = {"source_hidden": True}
        found.append(cell)
    return found


def mark(number: int, what: str) -> str:
    """Return the first line of a code cell, by which the check knows it."""
    return f"# Cell {number} ({what})"


def _template(name: str) -> str:
    return (_TEMPLATES / f"check_{name}.txt").read_text(encoding="utf-8").strip("\n")


def _data(facts: ExerciseFacts) -> str:
    lines = [
        f"CHECK_CLAIMS = {_listed(_claims(facts))}",
        f"CHECK_CONTROLS = {_listed(_controls(facts.claims))}",
        f"CHECK_YOURS, CHECK_NEEDED = {list(facts.yours)}, {list(facts.needed)}",
        f"CHECK_CELLS, CHECK_HELD = {list(facts.compared)}, {_text(facts.held_out)}",
        f"CHECK_CLOSE, CHECK_SURE = {facts.close}, {_text(SURE)}",
        "CHECK_GIVEN = {  # for each given cell a checksum of its code, and what it prints",
    ]
    for number in facts.compared:
        if number not in facts.yours:
            code = facts.given.get(number)
            checksum = None if code is None else _checksum(code)
            lines.append(f"    {number}: ({checksum}, {_text(facts.printed.get(number, ''))}),")
    return "\n".join([*lines, "}"])


def _checksum(code: str) -> int:
    """Return a checksum of code, comments and white space left out; the check does the same."""
    text = re.sub(r"(?m)^\s*#.*", "", code)
    return zlib.crc32("".join(text.split()).encode("utf-8"))


def _claims(facts: ExerciseFacts) -> Iterator[str]:
    for claim, cell in zip(facts.claims, facts.taught, strict=True):
        value = facts.run.number(claim.metric)
        number = repr(float(value)) if value is not None else "float('nan')"
        texts = f"{_text(says(claim))}, {_text(claim.metric)}, {_text(str(claim.goal))}"
        yield f"({texts}, {number}, {cell})"


def _controls(claims: Sequence[Claim]) -> list[str]:
    """Return what is struck out, each once, with the claims that must then miss their goals."""
    found: dict[tuple[Any, Any], list[str]] = {}
    for claim in claims:
        names = (*claim.freeze, *claim.tally)
        found.setdefault((names, claim.constants), []).append(says(claim))
    return [
        f"({_json(names)}, {_json(dict(constants))}, {_json(those)})"
        for (names, constants), those in found.items()
    ]


def _listed(items: Any) -> str:
    return "[\n    " + ",\n    ".join(items) + ",\n]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _text(value: str) -> str:
    return _json(value)


def says(claim: Claim) -> str:
    """Return what a claim says, on one line."""
    return " ".join(claim.says.split())
