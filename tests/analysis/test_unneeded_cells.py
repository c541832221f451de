"""Which cells can be left out without changing a metric.

To add a case: a program in `cases/unneeded-cells/` in which each cell begins with `# %%`, or with
`# %% not needed`, below a first line `# metric: …`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from site_tools.analysis.syntax import parse_program
from site_tools.analysis.unneeded_cells import unneeded_cells
from tests.support.projects import CASES

FILES = sorted((CASES / "unneeded-cells").glob("*.py"))


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.stem)
def test_cells_that_no_metric_needs_are_found(case: Path) -> None:
    first, *cells = case.read_text(encoding="utf-8").split("# %%")
    marked = {n for n, cell in enumerate(cells, start=1) if cell.startswith(" not needed")}
    sources = [cell.partition("\n")[2] for cell in cells]
    metric = first.strip().removeprefix("# metric: ")
    assert unneeded_cells(parse_program(sources), [metric]) == marked


def test_cells_that_a_sampled_expression_needs_are_kept() -> None:
    cells = ["w = 1", "total = sum(i for i in range(3))", "most = sum(i for i in range(4))"]
    trees = parse_program(cells)
    assert unneeded_cells(trees, ["w"]) == {2, 3}
    assert unneeded_cells(trees, ["w"], ["w + total"]) == {3}
