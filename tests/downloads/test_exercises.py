"""Exercises distinguish right solutions from wrong ones.

To add a case: a file in `exercises/wrong/` or `exercises/right/`. It names a post and a level, and
for a wrong one words of the message; then, for cells of the exercise, what replaces what in the
page's own code: removed lines begin with `-`, the lines in their place with `+`.
`exercises/published/` has what the published runs printed; of the posts in SHORTER, what shorter
runs printed.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, reduce
from pathlib import Path
from typing import Any

import pytest

from site_tools.downloads.code_blanks import Level
from site_tools.downloads.exercise_plan import plan
from site_tools.downloads.exercises import Exercise, level_name
from site_tools.downloads.repeats import marks
from site_tools.model.post import Post
from site_tools.model.run import Run
from site_tools.model.source import Cell
from site_tools.project import Project, read_posts
from tests.support.exercises import checked
from tests.support.projects import CASES, POSTS, ROOT

HERE = CASES / "exercises"
WRONG = sorted((HERE / "wrong").glob("*.txt"))
RIGHT = sorted((HERE / "right").glob("*.txt"))

QUICK = {"eleven-lines", "gradient-descent", "write-your-own-post"}
"""The posts that train for less than a second."""

SHORTER = {
    "cnn-bottom-up": {"0.5, 400": "0.5, 250"},
    "cnn-top-down": {"range(130)": "range(110)"},
    "eleven-lines": {"60_000": "18_000", "60_001": "18_001"},
    "faster": {'"passes": 40': '"passes": 24'},
    "gradient-descent": {"4_000": "1_000", "4_001": "1_001"},
    "pytorch": {"2.0, 400": "2.0, 200"},
    "reading-a-paper": {
        "0.01, 450": "0.01, 220",
        "load_digits(return_X_y=True)": "(part[:1000] for part in load_digits(return_X_y=True))",
    },
    "resnet": {"40, 32, 200": "40, 32, 150"},
    "rnn-lstm": {"range(200)": "range(140)"},
    "why-it-does-not-learn": {"32, 200": "32, 80"},
    "word2vec": {"6000": "3000"},
}
"""Numbers of rounds, layers or pictures, and fewer that reach the goals. A check trains a network
up to eight times, and one that trains for less than half a second twenty times more."""

LONGEST = 40
"""Lines of a cell of the check, so that a reader can read it."""

IN_TWO_THREADS = """
import threadpoolctl, torch
threadpoolctl.threadpool_limits(2)
torch.set_num_threads(2)"""

COUNTED = """
print({one["num_threads"] for one in threadpoolctl.threadpool_info()}, torch.get_num_threads())"""

pytestmark = pytest.mark.xdist_group("exercises")


@cache
def posts() -> Mapping[str, Post]:
    return {post.slug: shorter(post) for post in read_posts(Project(ROOT)).posts}


def shorter(post: Post) -> Post:
    """Return a post whose programs train for fewer rounds."""
    rounds = SHORTER.get(post.slug, {})
    for old in rounds:
        assert any(old in source for source in post.sources), f"{post.slug} has no {old}"
    return replace(post, cells=tuple(_with_rounds(cell, rounds) for cell in post.cells))


def _with_rounds(cell: Cell, rounds: Mapping[str, str]) -> Cell:
    if cell.kind == "prose":
        return cell
    lines = [
        replace(
            line, text=reduce(lambda text, old: text.replace(old, rounds[old]), rounds, line.text)
        )
        for line in cell.lines
    ]
    return replace(cell, lines=tuple(lines))


@cache
def published(slug: str) -> Run:
    """Return the published run of a post, as far as exercises need it."""
    known = json.loads((HERE / "published" / f"{slug}.json").read_text(encoding="utf-8"))
    outputs = tuple(
        ({"name": "stdout", "text": text},) if text else () for text in known["printed"]
    )
    return Run(outputs, known["values"], (1.0,), "3.11", {}, "cpu", date(2026, 1, 1))


@cache
def exercise(slug: str, level: Level) -> Exercise:
    post, run = posts()[slug], published(slug)
    return Exercise(post, run, level, plan(post, run))


def solution(case: Path) -> dict[str, list[str]]:
    """Return the code cells of a case, and those that check them."""
    head, *edits = re.split(r"^cell (\d+)\n", case.read_text(encoding="utf-8"), flags=re.MULTILINE)
    one = exercise(_key(head, "post"), 2 if _key(head, "level") == "2" else 1)
    cells = one.code(solved=True)
    for number, edit in zip(map(int, edits[::2]), edits[1::2], strict=True):
        cells[number - 1] = edited(cells[number - 1], edit)
    folder = [str(ROOT / "posts")] * bool(one.post.data)
    return {"cells": cells, "check": [cell.source for cell in one.check()], "folder": folder}


def edited(source: str, edit: str) -> str:
    """Return code with lines replaced; what is new comes in the place of the last old line."""
    lines: list[str] = source.split("\n")
    for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)*)", edit, flags=re.MULTILINE):
        for line in old.splitlines():
            assert line[1:] in lines, f"there is no line `{line[1:]}`"
            place = lines.index(line[1:])
            del lines[place]
        lines[place:place] = [line[1:] for line in new.splitlines()]
    return "\n".join(lines)


def _key(head: str, name: str) -> str:
    found = re.search(rf"^{name}: (.*)$", head, flags=re.MULTILINE)
    assert found, f"`{name}: …` is missing"
    return found[1]


def _params(cases: list[Path]) -> list[Any]:
    """Return parameters; cases of posts that train for longer are slow."""
    slow = [pytest.mark.slow, pytest.mark.long]
    return [pytest.param(c, id=c.stem, marks=slow if _is_slow(c) else []) for c in cases]


def _is_slow(case: Path) -> bool:
    return _key(case.read_text(encoding="utf-8"), "post") not in QUICK


@cache
def said(*, slow: bool) -> Mapping[str, str]:
    """Return what the check says of every case, by file; and its threads.

    They share the slow start of one process.
    """
    solutions = {c.name: solution(c) for c in [*WRONG, *RIGHT] if _is_slow(c) == slow}
    tools = next(
        cell.source for cell in exercise("eleven-lines", 1).check() if "import ast" in cell.source
    )
    threads = {"cells": [], "check": [IN_TWO_THREADS, tools, COUNTED]}
    return checked({**solutions, "threads": threads})


@pytest.mark.parametrize("case", _params(WRONG))
def test_wrong_solution_fails(case: Path) -> None:
    answer = said(slow=_is_slow(case))[case.name]
    head = case.read_text(encoding="utf-8")
    claims = [" ".join(claim.says.split()) for claim in posts()[_key(head, "post")].claims]
    assert any(answer.startswith(f"Not yet: {claim}.\n  Cell ") for claim in claims), answer
    assert _key(head, "says") in answer


@pytest.mark.parametrize("case", _params(RIGHT))
def test_right_solution_passes(case: Path) -> None:
    answer = said(slow=_is_slow(case))[case.name]
    assert answer.endswith("Your network learns.\n"), answer


def test_check_has_one_thread() -> None:
    """More would wait for each other, and add in another order than the page's program did."""
    assert said(slow=False)["threads"] == "{1} 1\n"


@pytest.mark.parametrize("case", sorted((HERE / "struck").glob("*.py")), ids=lambda case: case.stem)
def test_check_strikes_out_what_learns(case: Path, expect: Callable[[Path, str], None]) -> None:
    """Striking out is part of the check; to add a case, write a program that names what learns."""
    source = case.read_text(encoding="utf-8")
    space: dict[str, Any] = {}
    for name in ("tools", "strike"):
        template = ROOT / "site_tools" / "downloads" / "templates" / f"check_{name}.txt"
        exec(template.read_text(encoding="utf-8"), space)  # noqa: S102
    names = re.findall(r"\w+", source.split("\n")[0])[1:]
    tree = space["CheckVariant"](names).visit(ast.parse(source))
    expect(case.with_suffix(".txt"), ast.unparse(ast.fix_missing_locations(tree)) + "\n")


@pytest.mark.parametrize("slug", POSTS)
@pytest.mark.parametrize("level", [1, 2])
def test_no_cell_has_the_answer_to_a_blank(slug: str, level: Level) -> None:
    one = exercise(slug, level)
    given = [ast.parse(source) for source in one.code()]
    there = {node for tree in given for node in marks(tree)}
    written = [one.post.sources[i - 1] for i in one.plan.written]
    asked = set().union(*(marks(ast.parse(source)) for source in written))
    assert {mark for mark in there & asked if "default_rng" not in mark} == set()


@pytest.mark.parametrize("slug", POSTS)
def test_check_is_short_and_folded(slug: str) -> None:
    cells = exercise(slug, 1).check()
    assert all(cell.metadata["jupyter"]["source_hidden"] for cell in cells)
    assert max(len(cell.source.split("\n")) for cell in cells) <= LONGEST


def test_level_says_from_its_comments_only_where_there_are_comments() -> None:
    names = {slug: level_name(posts()[slug], 1) for slug in ("eleven-lines", "pytorch")}
    assert names == {"eleven-lines": "from its comments", "pytorch": "from its outline"}
    assert level_name(posts()["pytorch"], 2) == "from memory"


def test_what_repeats_the_program_is_left_out() -> None:
    one = exercise("eleven-lines", 1)
    assert 16 in one.plan.left_out  # `train`, and what uses it
    assert not any("def train" in source for source in one.code())
