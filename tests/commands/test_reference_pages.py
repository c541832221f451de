"""The pages that list all commands and all messages; `pytest --update` writes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.projects import ROOT
from tests.support.reference_pages import commands, messages


@pytest.mark.parametrize(("name", "reference"), [("commands", commands), ("messages", messages)])
def test_page_has_all(
    name: str, reference: Callable[[], str], expect: Callable[[Path, str], None]
) -> None:
    path = ROOT / "docs" / f"{name}.md"
    head = path.read_text(encoding="utf-8").partition("\n## ")[0].rstrip("\n")
    expect(path, f"{head}\n\n{reference().rstrip()}\n")
