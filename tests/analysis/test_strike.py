"""What a program without its learning looks like as plain source.

To add a case: a program in `strikes/` whose first line says where it learns, with line numbers as
they are in the file, and cells divided by `# %%`. `pytest --update` writes the struck program, or
why it cannot be written, beside it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from site_tools.analysis.learning import Learning
from site_tools.analysis.source_edits import Edit, edited
from site_tools.analysis.strike import struck
from site_tools.analysis.struck_statements import MARK, Unwritable
from tests.analysis.test_updates import FILES as UPDATES
from tests.analysis.test_updates import run
from tests.support.projects import CASES

FILES = sorted((CASES / "strikes").glob("*.py"))
WRITABLE = [
    case for case in FILES if "cannot be written" not in case.with_suffix(".txt").read_text()
]


def _learning(cells: list[str]) -> Learning:
    first = cells[0].split("\n")[0].removeprefix("# ")
    parts = {
        key: value.split(", ") for key, _, value in (p.partition(": ") for p in first.split("; "))
    }
    pairs = {key: [item.partition("=") for item in parts.get(key, [])] for key in ("set", "stops")}
    lines = {key: {(1, int(line)) for line in parts.get(key, [])} for key in ("steps", "gradients")}
    return Learning(
        parts.get("freeze", []),
        parts.get("tally", []),
        {name: ast.literal_eval(value) for name, _, value in pairs["set"]},
        lines["steps"],
        lines["gradients"],
        {int(number): int(limit) for number, _, limit in pairs["stops"]},
    )


def _cells(case: Path) -> list[str]:
    return case.read_text(encoding="utf-8").rstrip("\n").split("\n# %%\n")


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.stem)
def test_struck_program(case: Path, expect: Callable[[Path, str], None]) -> None:
    cells = _cells(case)
    try:
        program = struck(cells, _learning(cells))
    except Unwritable as error:
        text = f"cannot be written: line {error.line}: {error.reason}"
    else:
        for cell in program.cells:
            ast.parse(cell)
        text = program.prelude + "\n# %%\n".join(program.cells)
    expect(case.with_suffix(".txt"), f"{text}\n")


@pytest.mark.parametrize("case", WRITABLE, ids=lambda case: case.stem)
def test_other_lines_stay_where_they_are(case: Path) -> None:
    cells = _cells(case)
    learning = _learning(cells)
    for before, after in zip(cells, struck(cells, learning).cells, strict=True):
        changed = [line for line in after.split("\n") if line not in before.split("\n")]
        kept = [line for line in after.split("\n") if line not in changed]
        original = iter(before.split("\n"))
        assert all(line in original for line in kept)  # in this order
        if not learning.stops:
            assert len(after.split("\n")) == len(before.split("\n"))


@pytest.mark.parametrize(
    "case", [c for c in UPDATES if c.stem != "calls"], ids=lambda case: case.stem
)
def test_struck_program_ends_where_its_control_ends(case: Path) -> None:
    source = case.read_text(encoding="utf-8")
    frozen, _, named = source.splitlines()[0].removeprefix("# freeze: ").partition("; tally: ")
    freeze, tally = frozen.split(", "), named.split(", ") if named else []
    source = source.replace("while w > 0.1:", "for _ in range(3):")
    control, _ = run(source, freeze, tally, learning=False)
    program = struck([source], Learning(freeze, tally))
    assert MARK in program.cells[0]
    plain: dict[str, Any] = {}
    exec(f"{program.prelude}\n{program.cells[0]}", plain)  # noqa: S102
    shown = [name for name, value in control.items() if name[:2] != "__" and not callable(value)]
    assert shown
    for name in shown:
        if "0x" not in repr(control[name]):
            assert repr(plain[name]) == repr(control[name]), name


def test_edits_must_not_overlap() -> None:
    edits = [Edit(1, (1, 0), (1, 3), "a"), Edit(1, (1, 2), (1, 4), "b")]
    with pytest.raises(ValueError, match="line 1"):
        edited(["w -= 1"], edits)


def test_insertions_at_one_place_keep_their_order() -> None:
    edits = [Edit(1, (2, 2), (2, 2), "1"), Edit(1, (2, 2), (2, 2), "2")]
    assert edited(["ä\näb"], edits) == ["ä\nä12b"]
