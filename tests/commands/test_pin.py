"""`elevenlines pin`, with a registry of some small wheels on this machine."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from benchmarks.serving import serve
from site_tools.commands.pin import with_pins
from tests.support.projects import Elevenlines

PINS = "# A comment.\naa==1.0\nNumpy==2.0\n\nzz==3  # the last\n"


def wheel(
    folder: Path, name: str, version: str, needs: Iterable[str] = (), python: str = ""
) -> None:
    about = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"]
    about += [f"Requires-Dist: {one}\n" for one in needs]
    about += [f"Requires-Python: {python}\n"] if python else []
    beside = folder / "simple" / name.replace("_", "-")
    beside.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(beside / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        info = f"{name}-{version}.dist-info"
        archive.writestr(f"{info}/METADATA", "".join(about))
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Path) -> Iterator[str]:
    """A registry with some packages; the project pins some others."""
    folder = tmp_path / "registry"
    wheel(folder, "numpy", "2.0")
    wheel(folder, "numpy", "3.0")
    wheel(folder, "tables", "1.0", ["numpy<4"])
    wheel(folder, "tables", "1.5", ["numpy<3", "Small_Part>=1"])
    wheel(folder, "tables", "2.0", ["numpy>=3"])
    wheel(folder, "tables", "1.6", ["numpy<3"], python=">=3.12")
    wheel(folder, "small_part", "1.1")
    wheel(folder, "newer", "1.0", ["numpy>=3"])
    for package in (folder / "simple").iterdir():
        links = "".join(f'<a href="{one.name}">{one.name}</a>' for one in package.iterdir())
        (package / "index.html").write_text(links, encoding="utf-8")
    (folder / "404.html").write_text("Not found.", encoding="utf-8")
    (project / "constraints.txt").write_text(PINS, encoding="utf-8")
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with serve(folder) as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"{address}/simple")
        yield address


@pytest.mark.usefixtures("registry")
def test_newest_fitting_version_is_added_with_what_it_needs(
    project: Path, elevenlines: Elevenlines
) -> None:
    code, said = elevenlines("pin", "Tables")
    added = "constraints.txt: added small-part==1.1 and tables==1.5.\n"
    remedy = "Name tables in requirements.txt, then run `make site` to install it.\n"
    assert (code, said) == (0, added + remedy)
    text = (project / "constraints.txt").read_text(encoding="utf-8")
    assert text == PINS.replace("zz", "small-part==1.1\ntables==1.5\nzz")
    assert elevenlines("pin", "tables") == (0, "constraints.txt pins tables==1.5 already.\n")


@pytest.mark.usefixtures("registry")
def test_older_version_can_be_asked_for(project: Path, elevenlines: Elevenlines) -> None:
    assert elevenlines("pin", "tables<1.5")[0] == 0
    assert "tables==1.0\n" in (project / "constraints.txt").read_text(encoding="utf-8")


REFUSED = [
    ("newer", 1, "constraints.txt: no version of `newer` fits the pins and Python 3.11: Because "),
    (
        "tables>=1.6,<2",
        1,
        "constraints.txt: no version of `tables<2,>=1.6` fits the pins and Python ",
    ),
    ("tabels", 2, "there is no package `tabels` in the registry. Look up its name: it may differ "),
    ("nump", 2, "there is no package `nump` in the registry. Did you mean `numpy`?"),
    ("-r x", 2, ""),
    ("a b", 2, "`a b` is not the name of a package. Name it as the registry does: `pandas`, or "),
    ("x @ file:///etc/passwd", 2, "`x @ file:///etc/passwd` is more than a name and a version. "),
]


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(("name", "exit_code", "message"), REFUSED)
def test_refusal_is_one_line_and_changes_nothing(
    name: str, exit_code: int, message: str, project: Path, elevenlines: Elevenlines
) -> None:
    code, said = elevenlines("pin", name)
    assert code == exit_code
    assert said.startswith(message)
    assert not message or said.count("\n") == 1
    assert (project / "constraints.txt").read_text(encoding="utf-8") == PINS


@pytest.mark.usefixtures("registry")
def test_registry_that_cannot_be_reached(
    project: Path, elevenlines: Elevenlines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    code, said = elevenlines("pin", "polars")
    assert (code, said) == (1, (
        "the registry of packages cannot be reached: Connection refused (os error 111). "
        "Nothing was changed; try again with a network.\n"
    ))  # fmt: skip
    assert (project / "constraints.txt").read_text(encoding="utf-8") == PINS


@pytest.mark.parametrize(
    ("text", "new", "expected"),
    [
        ("", {"b": "1"}, "b==1\n"),
        ("a==1", {"b": "1"}, "a==1\nb==1\n"),
        ("c==1\r\n", {"b": "1"}, "b==1\r\nc==1\r\n"),
        ("a_b==1\nA-c==2\n", {"a-bb": "1", "z": "2"}, "a_b==1\na-bb==1\nA-c==2\nz==2\n"),
    ],
)
def test_pins_are_added_in_their_places(text: str, new: dict[str, str], expected: str) -> None:
    assert with_pins(text, new) == expected
