"""Programs that differ by one change, found in the syntax tree of a program.

To add a case: a program in `cases/variants/` whose first line is `# metric: …`; `pytest --update`
writes the changed lines beside it. Read them: each must be Python, and its title must say what was
done.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from site_tools.analysis.variants import Variant, variants
from tests.support.projects import CASES

FILES = sorted((CASES / "variants").glob("*.py"))
cases = pytest.mark.parametrize("case", FILES, ids=lambda case: case.stem)


def _of(source: str) -> list[Variant]:
    metric = source.splitlines()[0].removeprefix("# metric: ")
    return variants([source], {1}, [metric])


@cases
def test_variants_are_those_of_the_file(case: Path, expect: Callable[[Path, str], None]) -> None:
    source = case.read_text(encoding="utf-8")
    lines = []
    for one in sorted(_of(source), key=lambda one: (one.line, one.rank, one.title)):
        (changed,) = one.applied([source])
        old, new = source.split("\n"), changed.split("\n")
        starts = f", {' and '.join(one.starts)} from another start" if one.starts else ""
        sized = ", more or fewer examples" if one.resized else ""
        lines.append(f"{one.line}: {one.title} ({one.rank}){starts}{sized}")
        lines += [f"    {b.strip()}" for a, b in zip(old, new, strict=True) if a != b]
    expect(case.with_suffix(".txt"), "\n".join(lines) + "\n")


@cases
def test_each_variant_is_another_program_with_the_same_lines(case: Path) -> None:
    source = case.read_text(encoding="utf-8")
    seen = {(ast.dump(ast.parse(source)), "")}
    for one in _of(source):
        (changed,) = one.applied([source])
        assert changed.count("\n") == source.count("\n")
        key = ast.dump(ast.parse(changed)), one.shuffle
        assert key not in seen
        seen.add(key)
    names = [one.name for one in _of(source)]
    assert len(names) == len(set(names))


def test_the_best_of_each_line_comes_first() -> None:
    found = _of((CASES / "variants/xor.py").read_text(encoding="utf-8"))
    lines = [one.line for one in found]
    first = lines[: len(set(lines))]
    assert len(set(first)) == len(first)
    assert [one.rank for one in found if one.line == first[0]] == sorted(
        one.rank for one in found if one.line == first[0]
    )


def test_lines_that_no_metric_depends_on_are_left_out() -> None:
    found = _of((CASES / "variants/xor.py").read_text(encoding="utf-8"))
    assert not {one.line for one in found} & {8, 12, 16}


def test_a_long_program_is_read_quickly() -> None:
    lines = ["# metric: w", "w = 1.5", *(f"w = w * {i}.5 + {i}" for i in range(3, 400))]
    found = _of("\n".join(lines))
    assert len({one.line for one in found}) == len(lines) - 1
