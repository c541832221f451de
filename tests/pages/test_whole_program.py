"""The listing under "The whole program" is a program that runs alone."""

from __future__ import annotations

import builtins
import subprocess
import symtable
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from site_tools.model.source import Cell, Line, Place
from site_tools.pages.whole_program import listing
from site_tools.posts.reader import read_post
from site_tools.posts.snippets import Snippets
from site_tools.posts.walkthrough import program_of
from tests.support.posts import a_post
from tests.support.projects import ROOT

PLACE = Place("posts/a.md", 1)


def unbound(source: str) -> set[str]:
    """Return the global names that a program reads, in functions too, and never binds."""

    def tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
        yield table
        for child in table.get_children():
            yield from tables(child)

    read, bound = set(), set(dir(builtins))
    top = symtable.symtable(source, "<program>", "exec")
    for table in tables(top):
        for symbol in table.get_symbols():
            is_global = table is top or symbol.is_global()
            if is_global and symbol.is_referenced():
                read.add(symbol.get_name())
            if is_global and (symbol.is_assigned() or symbol.is_imported()):
                bound.add(symbol.get_name())
    return read - bound


EXPLAINED = [path for path in sorted((ROOT / "posts").iterdir()) if "explain: " in path.read_text()]
"""The posts of this site with a listing."""


def listing_of(path: Path) -> str:
    post = read_post(path, ROOT, Snippets(ROOT / "snippets", ROOT))
    program = program_of(post)
    assert program
    return "\n\n".join(part.text for part in listing(post, program))


@pytest.mark.parametrize("path", EXPLAINED, ids=lambda path: path.stem)
def test_whole_program_binds_what_it_reads(path: Path) -> None:
    assert unbound(listing_of(path)) == set()


@pytest.mark.slow
@pytest.mark.parametrize("path", EXPLAINED, ids=lambda path: path.stem)
def test_whole_program_runs_alone(path: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-c", listing_of(path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


CASES = {
    "complete": ("*a = 1", "b = 2"),
    "imported in another cell": ("import math", "*print(math.pi)"),
    "read in a function": ("*def f():\n    return data", "import random\ndata = [random.random()]"),
    "chain": ("a = 1", "b = a + 1", "c = b + 1", "*print(c)", "d = 4"),
    "bound twice": ("a = 1", "a += 1", "*print(a)", "a = 0"),
    "changed in place": ("a = []", "a.append(1)", "*assert a", "a.clear()"),
    "between parts": ("*def f(x):\n    return x", "y = f(1)", "*print(f(y))"),
    "own name changed elsewhere": ("*a = 1", "a = 'x'", "*assert a == 1"),
    "comprehension": ("n = 3", "*print([i * n for i in range(n)])"),
    "default": ("n = 3", "*def f(x=n):\n    n = 1\n    return x"),
    "decorator": ("import functools", "*@functools.cache\ndef f():\n    return 1"),
    "class": ("base = object", "*class A(base):\n    pass"),
}
NEEDED = {
    "complete": [0],
    "imported in another cell": [0, 1],
    "read in a function": [0, 1],
    "chain": [0, 1, 2, 3],
    "bound twice": [0, 1, 2],
    "changed in place": [0, 1, 2],
    "between parts": [0, 1, 2],
    "own name changed elsewhere": [0, 2],
    "comprehension": [0, 1],
    "default": [0, 1],
    "decorator": [0, 1],
    "class": [0, 1],
}


@pytest.mark.parametrize("name", CASES)
def test_listing_has_what_the_program_needs_and_no_more(name: str) -> None:
    cells = []
    for source in CASES[name]:
        lines = tuple(Line(line, PLACE) for line in source.removeprefix("*").split("\n"))
        tags = frozenset({"program"} if source.startswith("*") else ())
        cells.append(Cell("code", PLACE, lines, tags=tags))
    post = replace(a_post("a", 1), cells=tuple(cells), explain="comments")
    program = program_of(post)
    assert program
    text = "\n".join(part.text for part in listing(post, program))
    expected = "\n".join(CASES[name][i].removeprefix("*") for i in NEEDED[name])
    assert [line for line in text.split("\n") if line] == expected.split("\n")
    exec(text, {})  # noqa: S102  a program of this file
