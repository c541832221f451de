"""House style: each violation is reported at its line, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.posts import write
from tests.support.projects import Elevenlines

LONG = "\n".join(f"a{i} = {i}" for i in range(21))
WORDS = "Some words. " * 80

CODE = {
    "a = '" + "x" * 84 + "'": "13: warning: this line has 90 characters; 88 fit a page.",
    "import argparse": "13: warning: a post needs no `argparse`.",
    "a = 1\ntry:\n    a = 2\nexcept ValueError:\n    pass": "14: warning: `try` hides",
    "def f(x: int):\n    return x": "13: warning: type hints are one more thing to explain.",
    "def f(x) -> int:\n    return x": "13: warning: type hints are one more thing to explain.",
    "a = 1\n```\n\n```python\nb = 2": "16: warning: there is no prose before this cell.",
    LONG: "12: this cell has 21 lines of code; 20 are the most.",
}

SOUND = [
    "# " + "x" * 90 + "\na = 1",
    "\n".join(f"# About a{i}.\na{i} = {i}" for i in range(20)),
    "def f(x=1):\n    return x",
    "a = 1\n```\n\nWords.\n\n```python\nb = 2",
]


def check(
    project: Path, elevenlines: Elevenlines, code: str, words: str = WORDS
) -> tuple[int, str]:
    post = write(project, "post", code)
    text = post.read_text(encoding="utf-8").replace("Some words.", words, 1)
    post.write_text(text, encoding="utf-8")
    return elevenlines("check")


@pytest.mark.parametrize("code", CODE)
def test_check_reports_a_broken_rule(code: str, project: Path, elevenlines: Elevenlines) -> None:
    status, said = check(project, elevenlines, code)
    assert f"posts/post.md:{CODE[code]}" in said
    assert status == ("warning" not in CODE[code])


@pytest.mark.parametrize("code", SOUND)
def test_sound_post_is_left_alone(code: str, project: Path, elevenlines: Elevenlines) -> None:
    assert check(project, elevenlines, code) == (0, "1 post checked, no problems found.\n")


def test_code_needs_words(project: Path, elevenlines: Elevenlines) -> None:
    status, said = check(project, elevenlines, "a = 1\nb = 2", "Only five words are here.")
    assert "posts/post.md:2: warning: 5 words explain 2 lines of code: 2.5 a line." in said
    assert "no problems found, 1 warning." in said
    assert status == 0


@pytest.mark.parametrize(("words", "warnings"), [(2_000, 1), (300, 0)])
def test_minutes_are_long_enough(
    words: int, warnings: int, project: Path, elevenlines: Elevenlines
) -> None:
    _, said = check(project, elevenlines, "a = 1", "Some words. " * (words // 2))
    assert said.count("warning: it takes about 10 minutes to read this, not ") == warnings


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "unknown"),
    [
        ("It is 0.25, or 25.0 %, about 0.3.", []),
        ("It is 0.26.", ["0.26"]),
        ("At first -0.7, then 3.14 and 2.718, never 99.5 %.", ["99.5"]),
        ("`0.9`, $0.9$, [a link](https://example.org/0.9), version 1.2.3, 0.25.", []),
    ],
)
def test_numbers_come_from_cells(
    words: str, unknown: list[str], project: Path, elevenlines: Elevenlines
) -> None:
    code = "print(1 / 4)\nprint(-0.7)"
    check(project, elevenlines, code, WORDS + words)
    assert elevenlines("run")[0] == 0
    said = elevenlines("check")[1]
    assert [number for number in unknown if f"no cell computes {number}." in said] == unknown
    assert said.count("no cell computes") == len(unknown)
