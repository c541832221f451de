"""Answers of `check` and `run` that are said again: never after a change of what they depend on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.posts import write
from tests.support.projects import Elevenlines


def _answers(project: Path) -> list[Path]:
    return list((project / ".elevenlines" / "answers").glob("*"))


def _site(project: Path) -> None:
    """Write a post that depends on everything that the edits below change."""
    write(project, "other").write_text(
        (project / "posts" / "other.md").read_text("utf-8") + "\n## A part\n", encoding="utf-8"
    )
    (project / "snippets" / "said.md").write_text("Some words.\n", encoding="utf-8")
    (project / "posts" / "dot.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', encoding="utf-8"
    )
    post = write(project, "first", "import numpy\n\nnumpy.array(1)")
    text = post.read_text(encoding="utf-8").replace("minutes:", "requires: [other]\nminutes:")
    links = (
        "[Other](other.md#a-part), [about](../docs/about.md), ![A dot](dot.svg).\n\n"
        '--8<-- "said.md"\n'
    )
    post.write_text(text.replace("Some words.\n", f"Some words.\n\n{links}"), encoding="utf-8")


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        path = project / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def _rename(name: str, new: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        (project / name).rename(project / new)

    return edit


EDITS = {
    "own text": _replace("posts/first.md", "Some words.", "An ![](dot.svg)."),
    "own code": _replace("posts/first.md", "numpy.array(1)", "numpy.array(1"),
    "own front matter": _replace("posts/first.md", "authors: [ada]", "authors: [bob]"),
    "a snippet": _replace("snippets/said.md", "Some words.", "$\\frac{$"),
    "a snippet's name": _rename("snippets/said.md", "snippets/told.md"),
    "an author": _replace("posts/.authors.yml", "  ada:", "  eve:"),
    "a heading of another post": _replace("posts/other.md", "## A part", "## A section"),
    "another post's state": _replace("posts/other.md", "minutes:", "draft: true\nminutes:"),
    "another post's name": _rename("posts/other.md", "posts/another.md"),
    "a page of docs": _rename("docs/about.md", "docs/around.md"),
    "a picture": _replace("posts/dot.svg", "<svg", "<sv"),
    "a pin": _replace("constraints.txt", "numpy==", "numpie=="),
    "a setting": _replace(
        "mkdocs.yml", "  - elevenlines:\n", "  - elevenlines:\n      largest_post: 100\n"
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_answer_is_new_after_an_edit(
    project: Path, elevenlines: Elevenlines, edit: Callable[[Path], None]
) -> None:
    _site(project)
    before = elevenlines("check")
    assert before[0] == 0, before[1]
    assert elevenlines("check") == before
    edit(project)
    after = elevenlines("check")
    shutil.rmtree(project / ".elevenlines" / "answers")
    assert after == elevenlines("check")
    assert after[0] == 1


def test_warnings_and_order_are_said_again(project: Path, elevenlines: Elevenlines) -> None:
    write(project, "a", f"a = [{', '.join(['1'] * 50)}]")
    first = elevenlines("check")
    assert "warning" in first[1]
    assert _answers(project)
    assert elevenlines("check") == first
    assert '"severity": "warning"' in elevenlines("check", "--format", "json")[1]


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"cut", b'["a", null]'])
def test_a_damaged_answer_counts_as_absent(
    project: Path, elevenlines: Elevenlines, content: bytes
) -> None:
    write(project, "a")
    first = elevenlines("check")
    (kept,) = _answers(project)
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-3] if content == b"cut" else content)
    assert elevenlines("check") == first
    assert kept.read_bytes() == whole


def test_a_kept_answer_is_what_is_said(project: Path) -> None:
    """Without this, none of the tests above would notice that nothing is kept."""
    from site_tools.commands.kept_answers import _digest, answer

    write(project, "a")
    asked = ["check"]
    before = _digest(project, asked)
    assert before
    assert before == _digest(project, asked)
    assert answer(project, asked, lambda: 0) == 0
    assert answer(project, asked, lambda: 1) == 0


def test_problems_are_not_kept(project: Path, elevenlines: Elevenlines) -> None:
    post = write(project, "a")
    text = post.read_text(encoding="utf-8").replace("Some words.", "[A file](../notes.txt)")
    post.write_text(text, encoding="utf-8")
    assert elevenlines("check")[0] == 1
    assert not _answers(project)
