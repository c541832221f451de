"""`elevenlines pin`: add the newest fitting version of a package to constraints.txt."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from site_tools.atomic_write import write_whole
from site_tools.model.errors import BadProject, BadUsage, nearest
from site_tools.model.text import listed
from site_tools.project import Project

_RESOLVED = re.compile(r"(?m)^([\w.-]+)==([^\s;]+)")
_PIN = re.compile(r"([\w.-]+)\s*==")
_CONCLUSION = re.compile(r",? we can conclude that your requirements are unsatisfiable")
_OLDEST = ">=3.11"
"""The Python versions that a project without `requires-python` is meant for."""


def pin(project: Project, wanted: str) -> int:
    """Add the newest version of a package that fits, with all that it needs, to constraints.txt.

    Raises BadUsage for what is no name or not known, BadProject when no version fits, when the
    registry cannot be reached, or when the file cannot be written. Then nothing has changed.
    """
    requirement = _requirement(wanted)
    name = canonicalize_name(requirement.name)
    if name in project.pins:
        print(f"constraints.txt pins {name}=={project.pins[name]} already.")
        return 0
    path = project.root / "constraints.txt"
    found = _resolved(project.root, requirement, project.pins)
    new = {one: version for one, version in found.items() if one not in project.pins}
    text = path.read_bytes().decode("utf-8")
    try:
        write_whole(path, with_pins(text, new).encode("utf-8"))
    except OSError as error:
        raise BadProject(f"constraints.txt: cannot be written: {error.strerror}.") from error
    print(f"constraints.txt: added {listed(f'{one}=={new[one]}' for one in sorted(new))}.")
    has_project = (project.root / "pyproject.toml").is_file()
    where = "under `posts` in pyproject.toml" if has_project else "in requirements.txt"
    print(f"Name {name} {where}, then run `make site` to install it.")
    return 0


def _requirement(text: str) -> Requirement:
    remedy = "Name it as the registry does: `pandas`, or `'pandas<3'`."
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        raise BadUsage(f"`{text}` is not the name of a package. {remedy}") from None
    if requirement.url or requirement.marker or requirement.extras:
        raise BadUsage(f"`{text}` is more than a name and a version. {remedy}")
    return requirement


def with_pins(text: str, new: Mapping[str, str]) -> str:
    """Return the text of a constraints.txt with more pins, each at its place in the alphabet."""
    lines = text.splitlines(keepends=True)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
    for name, version in sorted(new.items()):
        names = [match and canonicalize_name(match[1]) for match in map(_PIN.match, lines)]
        later = (i for i, other in enumerate(names) if other and other > name)
        lines.insert(next(later, len(lines)), f"{name}=={version}{end}")
    return "".join(lines)


def _resolved(root: Path, requirement: Requirement, pins: Mapping[str, str]) -> dict[str, str]:
    """Return the newest versions of a package and of all that it needs, beside the pinned ones."""
    python = _oldest_python(root)
    command = [_uv(), "pip", "compile", "--quiet", "--color", "never", "--universal"]
    command += ["--python-version", python, "--fork-strategy", "fewest", "--no-build"]
    command += ["--no-annotate", "--no-header", "--constraints", "constraints.txt", "-"]
    ended = subprocess.run(
        command, cwd=root, input=str(requirement), capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise _refusal(requirement, python, " ".join(ended.stderr.split()), pins)
    found: dict[str, str] = {}
    for name, version in _RESOLVED.findall(ended.stdout):
        one = canonicalize_name(name)
        if found.setdefault(one, version) != version:
            what = f"constraints.txt: `{requirement}` needs {one} {found[one]} and {version},"
            raise BadProject(f"{what} each on other systems. Pin one of them by hand.")
    return found


def _refusal(
    requirement: Requirement, python: str, said: str, pins: Mapping[str, str]
) -> BadUsage | BadProject:
    """Return the error for what the resolver said."""
    name = requirement.name
    if "network was disabled" in said or "Failed to fetch" in said:
        cause = said.rpartition("cause: ")[2].partition(" hint: ")[0].rstrip(".")
        what = f"the registry of packages cannot be reached: {cause}."
        return BadProject(f"{what} Nothing was changed; try again with a network.")
    if f"{name} was not found in the" in said:
        remedy = nearest(name, pins) or "Look up its name: it may differ from that of the module."
        return BadUsage(f"there is no package `{name}` in the registry. {remedy}")
    cause = said.partition("cause: ")[2].partition(" hint: ")[0] or said
    cause = _CONCLUSION.sub("", cause).rstrip(".")
    what = f"constraints.txt: no version of `{requirement}` fits the pins and Python {python}:"
    remedy = f"Raise the pin that it needs newer, or ask for less: `elevenlines pin '{name}<…'`."
    return BadProject(f"{what} {cause}. {remedy}")


def _oldest_python(root: Path) -> str:
    """Return the oldest version of Python that a project is meant for, such as `3.11`."""
    required = _OLDEST
    with suppress(OSError, tomllib.TOMLDecodeError, KeyError, TypeError):
        content = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        required = str(content["project"]["requires-python"])
    with suppress(InvalidSpecifier):
        lowest = [Version(s.version) for s in SpecifierSet(required) if s.operator in {">=", "~="}]
        if lowest:
            return str(max(lowest))
    return "{}.{}".format(*sys.version_info[:2])


def _uv() -> str:
    """Return the path of uv, which `make lock` uses as well; raises BadProject without it."""
    try:
        return str(importlib.import_module("uv").find_uv_bin())
    except (ImportError, FileNotFoundError):
        remedy = "Install it: `.venv/bin/pip install uv`."
        raise BadProject(f"uv, which finds versions that fit, is not installed. {remedy}") from None
