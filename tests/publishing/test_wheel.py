"""The wheel makes other sites: it has nothing of this one, and needs no checkout of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from site_tools.pages.evidence_card import LEARNS
from tests.support.posts import edit, write_learning
from tests.support.projects import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("wheel")]

THIS_SITE = re.compile(rb"eleven[ -]lines", re.IGNORECASE)
PACKAGES = sysconfig.get_path("purelib")


def run(command: list[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network from a copy, so that the checkout stays as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    no_cache = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "site_tools", source / "site_tools", ignore=no_cache)
    build = "pip wheel --quiet --no-deps --no-build-isolation --wheel-dir . ./source"
    run([sys.executable, "-m", *build.split()], folder)
    (found,) = folder.glob("*.whl")
    return found


def test_nothing_of_this_site_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        found = {name for name in names if THIS_SITE.search(archive.read(name))}
        wanted = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / "site_tools").rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
    assert found == set()
    assert {name for name in names if THIS_SITE.search(name.encode())} == set()
    assert wanted - set(names) == set(), "the wheel lacks these"


@pytest.fixture(scope="module")
def environment(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """A virtual environment with the wheel, and what pip is told so that it stays off the network.

    It finds all other packages where these tests find them, but not this project: a `.pth` file
    gives the folder, and an editable project is installed through a `.pth` file of its own, which
    Python reads in its own folders only. Its pip is that of these tests.
    """
    folder = tmp_path_factory.mktemp("environment") / "venv"
    run([sys.executable, "-m", "venv", "--without-pip", str(folder)], ROOT)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "others.pth").write_text(f"{PACKAGES}\n", encoding="utf-8")
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.parent)}
    offline["JUPYTER_PATH"] = str(Path(sys.prefix, "share", "jupyter"))  # templates of nbconvert
    offline.pop("PYTHONPATH", None)
    install = "pip install --quiet --no-deps --ignore-installed"
    run([str(folder / "bin" / "python"), "-m", *install.split(), str(wheel)], folder, offline)
    return folder, offline


@pytest.fixture(scope="module")
def site(
    environment: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """A new site, with both of its commands passed as its README has them."""
    venv, offline = environment
    folder = tmp_path_factory.mktemp("new") / "site"
    where = "import site_tools; print(site_tools.__file__)"
    assert str(ROOT) not in run([str(venv / "bin" / "python"), "-c", where], venv, offline)
    start = [str(venv / "bin" / "elevenlines"), "init", str(folder)]
    run([*start, "--title", "Small nets", "--author", "Ada", "--yes"], venv, offline)
    (folder / ".venv").symlink_to(venv)
    run(["make", "site"], folder, offline)
    assert "2 passed" in run(["make", "test"], folder, offline)
    return folder, offline


def test_new_site_passes_its_own_commands(site: tuple[Path, dict[str, str]]) -> None:
    folder, _ = site
    page = folder / "site" / "posts" / "a-line-that-finds-its-slope" / "index.html"
    text = page.read_text(encoding="utf-8")
    assert LEARNS in text
    assert "Small nets" in text
    every = [path for path in folder.glob("site/**/*") if path.suffix in {".html", ".xml", ".css"}]
    assert [path for path in every if THIS_SITE.search(path.read_bytes())] == []


def test_new_site_is_renamed_and_recoloured(site: tuple[Path, dict[str, str]]) -> None:
    folder, offline = site
    edit(folder / "mkdocs.yml", "Small nets", "Large nets")
    edit(folder / "mkdocs.yml", "#1f5fae", "#7a1fae")
    card = (folder / "site" / "assets" / "card.png").read_bytes()
    assert "0 posts executed, 1 stored." in run(["make", "site"], folder, offline)
    front = (folder / "site" / "index.html").read_text(encoding="utf-8")
    assert "Large nets" in front
    assert "Small nets" not in front
    style = (folder / "site" / "assets" / "elevenlines.css").read_text(encoding="utf-8")
    assert "--el-accent: #7a1fae;" in style
    logo = (folder / "site" / "assets" / "logo.svg").read_text(encoding="utf-8")
    assert "g { fill: #7a1fae } @media (prefers-color-scheme: dark) { g { fill: #7fb4f0 } }" in logo
    assert re.search(r'<link rel="icon" href="assets/logo.svg">', front)
    assert (folder / "site" / "assets" / "card.png").read_bytes() != card


def test_workflows_of_a_new_site_are_sound(site: tuple[Path, dict[str, str]]) -> None:
    folder, _ = site
    zizmor = str(Path(sys.executable).with_name("zizmor"))
    run([zizmor, "--offline", "--quiet", "--persona", "auditor", ".github"], folder)


def tiny_wheel(folder: Path, version: str, code: str) -> None:
    """Write a wheel of a package `tiny` with one module."""
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr("tiny.py", code)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")


def test_drift_tells_which_claims_newer_packages_change(
    environment: tuple[Path, dict[str, str]],
    site: tuple[Path, dict[str, str]],
    wheel: Path,
    tmp_path: Path,
) -> None:
    venv, offline = environment
    folder = tmp_path / "site"
    shutil.copytree(site[0], folder, symlinks=True)
    tiny_wheel(wheel.parent, "1.0", "def offset():\n    return 1\n")
    run([str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "tiny"], venv, offline)
    warn = "warnings.warn('is old', FutureWarning, 2)"
    tiny_wheel(wheel.parent, "2.0", f"import warnings\ndef offset():\n    {warn}\n    return 2\n")
    tiny_wheel(wheel.parent, "3.0", "def offset():\n    return 9\n")
    with (folder / "constraints.txt").open("a", encoding="utf-8") as pins:
        pins.write("tiny==1.0\n")
    write_learning(folder, "tiny-steps", "import tiny\na = tiny.offset()")
    # The new environment finds everything but `tiny` where these tests find it, without a network.
    beside = {**offline, "PYTHONPATH": PACKAGES}

    def drift(*arguments: str) -> tuple[int, list[str]]:
        command = [str(venv / "bin" / "elevenlines"), "drift", *arguments]
        done = subprocess.run(
            command, cwd=folder, env=beside, check=False, stdout=subprocess.PIPE, text=True
        )
        lines = done.stdout.splitlines()
        start = next(i for i, line in enumerate(lines) if line.startswith("Python "))
        return done.returncode, lines[start:]

    code, said = drift()
    assert code == 1
    assert "tiny 1.0 → 3.0" in said[0]
    assert said[1].startswith("broke    posts/tiny-steps.md: “It finds four”")
    assert "0.01 → 0.09. The verdict is now: missed." in said[1]
    assert said[2].startswith("holds    posts/a-line-that-finds-its-slope.md")
    assert said[3] == "2 posts proved again: 1 broke, 1 holds."

    code, said = drift("--with", "tiny<3", "--record")
    assert code == 1
    assert "warns    posts/tiny-steps.md: FutureWarning: is old" in said[1]
    assert "moved by 43% of its distance to the goal, toward it." in said[2]
    assert set(json.loads((folder / "drift.json").read_bytes())) == {
        "posts/a-line-that-finds-its-slope.md"
    }
