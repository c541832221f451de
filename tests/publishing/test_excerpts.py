"""What lists show of a post is the same, whether it was cut out before or after conversion.

To add a case, write a post without front matter into `excerpts/`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from markdown import Markdown

from site_tools.model.source import MORE
from site_tools.posts.site_settings import read_values
from site_tools.publishing.excerpts import opening
from tests.support.projects import CASES, ROOT

FILES = sorted((CASES / "excerpts").glob("*.md"))


def shown(text: str) -> str:
    """Return the text before the mark, as the site converts it."""
    configured: dict[str, Any] = {}
    for entry in read_values(ROOT / "mkdocs.yml")["markdown_extensions"]:
        configured |= entry if isinstance(entry, dict) else {entry: {}}
    page = Markdown(extensions=list(configured), extension_configs=configured).convert(text)
    return str(page.partition(MORE)[0])


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.stem)
def test_cut_first_is_cut_last(case: Path) -> None:
    text = f"# A title\n\n{case.read_text(encoding='utf-8')}"
    assert shown(opening(text)) == shown(text)


def test_rest_is_cut_off() -> None:
    text = (CASES / "excerpts" / "plain.md").read_text(encoding="utf-8")
    assert "section" not in opening(text)
    assert "Of the rest" not in opening(text)


def test_excerpt_keeps_text_behind_the_mark() -> None:
    """Else the plugin would leave out the link to the whole post."""
    assert opening(f"All.\n\n{MORE}\n").partition(MORE)[2].strip()
