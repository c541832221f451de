"""Every way that a post can go wrong while it runs: one message, and nothing else is harmed.

To add a case: a post in `faults/`, and `pytest --update`, which writes what is said of it beside
it. Read that aloud.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from site_tools.experiment.run_cache import Store
from site_tools.sandbox import confinement
from tests.support.posts import write, write_learning
from tests.support.projects import CASES, Elevenlines, left_behind

HERE = CASES / "faults"

NEEDS = {"kills-its-parent": "processes", "memory-shared": "shared memory"}
"""Faults that are only faults, and not disasters, where a layer of confinement is there."""

pytestmark = [pytest.mark.slow]


@pytest.mark.parametrize("slug", sorted(path.stem for path in HERE.glob("*.md")))
def test_fault_is_told_and_harms_nobody(
    slug: str,
    project: Path,
    temporary: Path,
    elevenlines: Elevenlines,
    expect: Callable[[Path, str], None],
) -> None:
    if NEEDS.get(slug, "limits") not in confinement.active():
        pytest.skip(f"this machine cannot confine {NEEDS[slug]}")
    shutil.copy(HERE / f"{slug}.md", project / "posts" / f"{slug}.md")
    write(project, "a-neighbour", "a = 1\nprint('well')")
    write_learning(project, "z-neighbour")

    code, said = elevenlines("run", "--timeout", "2", "--jobs", "2")

    (about,) = re.findall(rf"(?m)^posts/{slug}\.md:.*\n(?:  .*\n)*", said)
    text = re.sub(r"the [\d.]+ GB", "the N GB", about)
    expect(HERE / f"{slug}.txt", text)
    assert code == 1
    assert "posts/a-neighbour.md " in said, said
    assert "posts/z-neighbour.md " in said, said
    assert left_behind(temporary) == []
    assert list(temporary.iterdir()) == []

    store = Store(project / ".elevenlines" / "store")
    runs = [store.load(key) for key in store.stored()]
    sound = [run for run in runs if run and run.failure is None]
    assert len(sound) == 1 + 12 + slug.startswith("trial-")  # the neighbours', and a published run

    write_learning(project, slug)  # mended
    code, said = elevenlines("run")
    assert code == 0, said
