"""`locks/` lists what `constraints.txt` pins; workflows install from nothing else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from site_tools.posts.dependencies import read_pins

ROOT = Path(__file__).parent.parent
REMEDY = "Run `make lock`. It needs a pin in constraints.txt for each package that it finds."


def locked(name: str) -> dict[str, str]:
    """Return the versions of a lock, without a local part; each package must have a hash."""
    entries = re.split(r"^(?=\w)", (ROOT / "locks" / f"{name}.txt").read_text(), flags=re.MULTILINE)
    pins: dict[str, str] = {}
    for entry in entries[1:]:
        requirement = Requirement(entry.split("\\")[0])
        assert re.search(r"--hash=sha256:[0-9a-f]{64}$", entry, re.MULTILINE), entry
        exactly = str(requirement.specifier).removeprefix("==")
        pin = pins.setdefault(canonicalize_name(requirement.name), Version(exactly).public)
        assert pin == Version(exactly).public
    return pins


def test_locks_list_exactly_the_pins() -> None:
    pins = dict(read_pins(ROOT / "constraints.txt"))

    assert {**locked("test"), **locked("torch")} == pins, REMEDY
    assert locked("site").items() <= pins.items(), REMEDY
    assert set(locked("torch")) == {"torch"}


def test_lock_of_the_site_has_its_packages_and_not_those_of_the_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]

    def names(requirements: list[str]) -> set[str]:
        return {canonicalize_name(Requirement(text).name) for text in requirements}

    site = names(project["dependencies"] + extras["posts"]) - {"torch"}
    assert site <= set(locked("site")), REMEDY
    assert names(extras["test"]) <= set(locked("test")), REMEDY
    assert not {"anki", "playwright", "pytest", "uv", "zizmor"} & set(locked("site"))


def test_build_backend_is_the_locked_one() -> None:
    system = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]

    assert system["requires"] == [f"setuptools=={locked('site')['setuptools']}"]
