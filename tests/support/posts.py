"""Small posts, as files and as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from site_tools.model.post import Post
from site_tools.model.source import Cell, Line, Place

POST = """\
---
title: A post
description: An example.
date: 2026-11-21
authors: [ada]
minutes: {{read: 1, do: 1}}
{claim}---

Some words.

```python
{code}
```
"""


NONE = "no_learning: It only counts.\n"


CLAIM = """\
learns:
  - says: It finds four
    metric: abs(4 - w) + a / 100
    goal: "< 0.05"
    freeze: [w]
    seeds: 5
"""


LEARN = """
w = 0.0
for step in range(30):
    w += 0.5 * (4 - w)"""


def write(project: Path, slug: str, code: str = "a = 1") -> Path:
    """Write a post that trains nothing."""
    path = project / "posts" / f"{slug}.md"
    path.write_text(POST.format(claim=NONE, code=code), encoding="utf-8")
    return path


def write_learning(project: Path, slug: str, code: str = "a = 1") -> Path:
    """Write a post whose claim holds for `a` below 5."""
    path = project / "posts" / f"{slug}.md"
    path.write_text(POST.format(claim=CLAIM, code=code + LEARN), encoding="utf-8")
    return path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def a_post(slug: str, day: int, *requires: str) -> Post:
    return Post(
        slug=slug,
        file=f"posts/{slug}.md",
        title=slug.upper(),
        description="",
        date=date(2026, 1, day),
        authors=("ada",),
        categories=("Basics",),
        tags=(),
        requires=requires,
        read_minutes=5 * day,
        do_minutes=30,
        device="cpu",
        claims=(),
        no_learning="Nothing to learn.",
        packages=(),
        draft=False,
        cells=(),
    )


FRONT = """\
title: A post
description: An example.
date: 2026-11-21
authors: [ada]
minutes: {read: 1, do: 1}
no_learning: It is an example.
"""


def code_post(code: str, slug: str = "a-post") -> Post:
    """Return a post of code cells, divided by `# %%`; its lines have the numbers of the code."""
    file = f"posts/{slug}.py"
    lines = [Line(text, Place(file, i)) for i, text in enumerate(code.rstrip().split("\n"), 1)]
    starts = [i for i, line in enumerate(lines) if line.text == "# %%"]
    parts = pairwise([0, *starts, len(lines)])
    cells = [Cell("code", lines[i].place, tuple(lines[i:j])) for i, j in parts]
    return replace(a_post(slug, 1), file=file, cells=tuple(cells))


def prose(text: str, file: str = "posts/a.md") -> Cell:
    """Return a cell of prose."""
    lines = [Line(line, Place(file, i)) for i, line in enumerate(text.split("\n"), start=1)]
    return Cell("prose", lines[0].place, tuple(lines))
