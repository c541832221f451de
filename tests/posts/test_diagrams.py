"""Diagrams of Mermaid: each is drawn, runs nothing, loads nothing, and has a text."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from site_tools.checks.svg_cleaning import cleaned
from site_tools.posts.code_html import Header
from site_tools.posts.diagrams import BadDiagram, diagram_html, drawing_of, text_of
from site_tools.posts.plain_forms import for_jupyter
from tests.support.projects import CASES

DIAGRAMS = sorted((CASES / "diagrams").glob("*.mmd"))


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_is_drawn_and_only_draws(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    drawing = drawing_of(source)
    assert 50 < drawing.width < 2_000
    assert 50 < drawing.height < 2_000
    kept = cleaned(drawing.svg)
    assert kept is not None
    for svg in (drawing.svg, kept):
        assert not re.search(r"<(script|foreignObject|image)|\son\w+=|@import", svg)
    drawing_of.cache_clear()
    assert drawing_of(source) == drawing


def test_look_of_the_author_wins() -> None:
    source = "flowchart LR\n  A --> B\n"
    forest = "%%{init: {'theme': 'forest'}}%%\n"
    green = "#cde498"
    assert green not in drawing_of(source).svg
    assert green in drawing_of(forest + source).svg
    own = (CASES / "diagrams" / "own-look.mmd").read_text(encoding="utf-8")
    assert green in drawing_of(own).svg
    titled = (CASES / "diagrams" / "own-title.mmd").read_text(encoding="utf-8")
    assert "A title" in drawing_of(titled).svg
    assert green not in drawing_of(titled).svg


@pytest.mark.parametrize(
    ("source", "options", "text"),
    [
        ("pie\n  accTitle: Pets\n  accDescr: Mostly dogs.\n", {}, "Pets. Mostly dogs"),
        ("pie\n  accDescr {\n    Two\n    lines\n  }\n", {}, "Two lines"),
        ("pie\n  accTitle: Pets\n", {"alt": 'More "dogs"'}, 'More "dogs"'),
        ("pie\n  title accDescr: none\n", {}, ""),
    ],
)
def test_alternative_text(source: str, options: dict[str, str], text: str) -> None:
    assert text_of(source, Header("mermaid", (), options)) == text


def test_text_cannot_leave_its_attribute() -> None:
    source = 'flowchart LR\n  accDescr: "><script>x</script>\n  A --> B\n'
    html = diagram_html(source, Header("mermaid"))
    assert "<script>" not in html
    (data,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert base64.b64decode(data).decode("utf-8") == drawing_of(source).svg


def test_too_large_a_diagram_is_refused() -> None:
    edges = "\n".join(f"  A{i} --> A{i * 7 % 900}" for i in range(900))
    with pytest.raises(BadDiagram, match="limit"):
        drawing_of(f"flowchart LR\n{edges}\n")


def test_notebook_has_what_jupyter_draws() -> None:
    prose = 'Above\n\n> ```mermaid alt="Two boxes"\n> flowchart LR\n>   A --> B\n> ```\n'
    assert for_jupyter(prose) == prose.replace(' alt="Two boxes"', "")
    plain = '```bash title="mermaid"\nls\n```\n'
    assert for_jupyter(plain) == plain
