"""What a post imports, as pinned distributions, and what those need."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from site_tools.model.errors import BadProject
from site_tools.posts.dependencies import read_pins, with_dependencies

PINS = {name: metadata.version(name) for name in ("jinja2", "markupsafe", "mkdocs", "babel")}


def test_dependencies_are_those_that_are_pinned() -> None:
    assert with_dependencies(["jinja2"], PINS) == {
        name: PINS[name] for name in ("jinja2", "markupsafe")
    }
    assert with_dependencies(["jinja2"], {"jinja2": PINS["jinja2"]}) == {"jinja2": PINS["jinja2"]}
    assert with_dependencies([], PINS) == {}


def test_dependencies_of_an_extra_need_that_extra() -> None:
    assert "babel" not in with_dependencies(["jinja2"], PINS)
    assert "babel" in with_dependencies(["jinja2[i18n]"], PINS)
    assert "babel" not in with_dependencies(["mkdocs"], PINS)


def test_dependencies_of_another_version_are_refused() -> None:
    with pytest.raises(BadProject, match=r"jinja2==0\.1"):
        with_dependencies(["jinja2"], {**PINS, "jinja2": "0.1"})
    with pytest.raises(BadProject, match=r"markupsafe==0\.1"):
        with_dependencies(["jinja2"], {**PINS, "markupsafe": "0.1"})


def test_dependencies_that_are_not_installed_are_refused() -> None:
    with pytest.raises(BadProject, match=r"no-such-thing==1"):
        with_dependencies(["no-such-thing"], {"no-such-thing": "1"})


def test_pins_are_exact_and_normalised(tmp_path: Path) -> None:
    path = tmp_path / "constraints.txt"
    path.write_text("# a comment\n\nJinja2==3.1.6  # why\ntorch==2.13.0+cpu\n", encoding="utf-8")
    assert read_pins(path) == {"jinja2": "3.1.6", "torch": "2.13.0"}


@pytest.mark.parametrize("line", ["numpy", "numpy>=2", "numpy==2.*"])
def test_pins_that_are_not_exact_are_refused_with_their_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "constraints.txt"
    path.write_text(f"jinja2==3.1.6\n{line}\n", encoding="utf-8")
    with pytest.raises(BadProject, match=r"constraints\.txt:2"):
        read_pins(path)
