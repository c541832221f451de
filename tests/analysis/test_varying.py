"""Which seeds vary from run to run, found in the source.

To add a case: a program in `seeds/`, in which each line with a seed that varies ends in a comment
with the kind of its source, and each line that prints a set of strings ends in `# printed`. A
function that takes a seed is marked there, not where it is called.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from site_tools.analysis.varying.program import follow
from tests.support.projects import CASES

FILES = sorted((CASES / "seeds").glob("*.py"))


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.stem)
def test_the_marked_seeds_vary(case: Path) -> None:
    source = case.read_text(encoding="utf-8")
    marks = [re.search(r"  # (\w+)$", line) for line in source.splitlines()]
    marked = {number: mark[1] for number, mark in enumerate(marks, 1) if mark}
    found = follow([source])
    lines: dict[int, str] = {seed.line: seed.source.kind for seed in found.seeds}
    lines |= {printed.line: "printed" for printed in found.printed}
    assert lines == marked


def test_seed_names_the_cell_and_line_of_its_source() -> None:
    (seed,) = follow(["import time\nnow = time.time()", "import random\nrandom.seed(now)"]).seeds
    assert (seed.cell, seed.line, seed.source.cell, seed.source.line) == (2, 2, 1, 2)
    assert (seed.text, seed.source.text) == ("random.seed(now)", "time.time()")


def test_sources_reach_the_names_that_are_made_from_them() -> None:
    code = "import time\nw = list(set('a b'.split()))\nx = [len(v) for v in w]\nt = time.time()"
    found = follow([code], "sum(x) / 2")
    assert [source.kind for source in found.sources] == ["set", "clock"]
    assert [source.line for source in found.reaching] == [2]


def test_order_of_what_may_be_numbers_is_not_sure() -> None:
    (source,) = follow(["def f(x):\n    return list(set(x))"]).sources
    assert (source.kind, source.sure) == ("set", False)
    assert follow(["import random\n\ndef f(x):\n    random.seed(list(set(x))[0])"]).seeds == ()


def test_code_that_is_nested_too_deeply_is_left_out() -> None:
    nested = "x = " + "-" * 3000 + "1"
    assert follow([f"import time\n{nested}\ny = time.time()"]).sources in {
        (),
        follow(["import time\n\ny = time.time()"]).sources,
    }


def test_program_without_a_source_has_none() -> None:
    assert follow(["import numpy as np\nrng = np.random.default_rng(1)"]) == follow([])
