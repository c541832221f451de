"""What Jupyter does not know is written in a notebook as it shows it best.

To add a case: a text in `markdown/shown/`; `pytest --update` writes `markdown/jupyter/`, if the
text for Jupyter is another one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from site_tools.posts.plain_forms import for_jupyter
from tests.support.projects import CASES

TEXTS = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted(CASES.glob("markdown/shown/*.md"))
}
CHANGED = ["boxes.md", "headings.md", "marks.md", "media.md", "tabs.md"]


@pytest.mark.parametrize("name", CHANGED)
def test_is_readable_in_jupyter(name: str, expect: Callable[[Path, str], None]) -> None:
    expect(CASES / "markdown" / "jupyter" / name, for_jupyter(TEXTS[name]))


@pytest.mark.parametrize("name", sorted(set(TEXTS) - set(CHANGED)))
def test_all_else_stays_as_it_is(name: str) -> None:
    assert for_jupyter(TEXTS[name]) == TEXTS[name]


@pytest.mark.parametrize("name", CHANGED)
def test_nothing_is_left(name: str) -> None:
    once = for_jupyter(TEXTS[name])
    assert for_jupyter(once) == once
