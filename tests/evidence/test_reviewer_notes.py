"""Posts that could act differently under test are named; honest ones are not.

To add a case: a post in `tests/cases/notes/named`, for which `pytest --update` writes the notes, or
an honest one in `tests/cases/notes/silent`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from site_tools.evidence.reviewer_notes import hidden_lines, notes_on
from site_tools.model.post import Post
from site_tools.posts.reader import read_post
from site_tools.posts.snippets import Snippets
from tests.support.projects import CASES, POSTS, ROOT

NAMED = sorted(CASES.glob("notes/named/*.py"))
NOTED = {"kernel-perceptron", "recurrent-by-hand"}
"""Honest programs that get a note: one answers with the labels of its training data, and one with
the bits that it was given."""

SILENT = sorted(
    case
    for case in [*CASES.glob("notes/silent/*.py"), *CASES.glob("claims/accepted/*.py")]
    if case.stem not in NOTED
)


def read(case: Path, project: Path) -> Post:
    shutil.copy(case, project / "posts" / case.name)
    return read_post(
        project / "posts" / case.name, project, Snippets(project / "snippets", project)
    )


@pytest.mark.parametrize("case", NAMED, ids=lambda case: case.stem)
def test_line_is_named(case: Path, tmp_path: Path, expect: Callable[[Path, str], None]) -> None:
    (tmp_path / "posts").mkdir()
    notes = notes_on(read(case, tmp_path))
    assert notes
    expect(case.with_suffix(".txt"), "".join(f"{note}\n" for note in notes))


@pytest.mark.parametrize("case", SILENT, ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_honest_program_has_no_note(case: Path, tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    assert notes_on(read(case, tmp_path)) == []


@pytest.mark.parametrize("slug", POSTS)
def test_post_of_this_site_has_no_note(slug: str) -> None:
    (path,) = (ROOT / "posts").glob(f"{slug}.*")
    post = read_post(path, ROOT, Snippets(ROOT / "snippets", ROOT))
    assert (notes_on(post), hidden_lines(post)) == ([], 0)


HIDING = """\
---
title: A post
description: Nothing but an example.
date: 2026-11-21
authors: [ada]
minutes: {read: 1, do: 1}
no_learning: It counts.
---

```python
shown = 1
```

```python tags=["remove-cell"]
# a comment
hidden = 1

both = 2
```

```python tags=["remove-input"]
print(shown)
```

```python tags=["remove-output"]
print(hidden)
```
"""


def hiding(tmp_path: Path, *changes: tuple[str, str]) -> Post:
    text = HIDING
    for old, new in changes:
        text = text.replace(old, new)
    (tmp_path / "posts").mkdir()
    path = tmp_path / "posts" / "a.md"
    path.write_text(text, encoding="utf-8")
    return read_post(path, tmp_path, Snippets(tmp_path / "snippets", tmp_path))


def test_hidden_lines_of_code_are_counted(tmp_path: Path) -> None:
    assert hidden_lines(hiding(tmp_path)) == 3


def test_lines_of_an_explained_program_are_shown_whatever_their_tags(tmp_path: Path) -> None:
    tags = 'tags=["remove-cell", "program"]'
    explain = ("no_learning", "explain: comments\nno_learning")
    assert hidden_lines(hiding(tmp_path, explain, ('tags=["remove-cell"]', tags))) == 1


def test_what_cannot_be_examined_is_named(tmp_path: Path) -> None:
    nested = ("both = 2", f"both = 'a'{' + str(1)' * 900}")
    (note,) = notes_on(hiding(tmp_path, nested))
    assert str(note) == (
        "posts/a.md:18: A reviewer should read this line, in a cell that the page does not show: "
        "it is nested too deeply to be examined."
    )
