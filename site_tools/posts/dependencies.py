"""What a post imports, as pinned distributions.

The pins are in `constraints.txt`. Nothing that is merely installed counts.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from site_tools.analysis.syntax import parse
from site_tools.model.errors import BadProject, Problem
from site_tools.model.post import Post
from site_tools.model.source import Place
from site_tools.posts.text import split_lines

Pins = Mapping[str, str]
"""Distribution name, normalised → exact version, without a local part such as `+cpu`."""


class Uninstalled(BadProject):
    """A pinned package that is not installed, or in another version."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


_PIN = re.compile(r"([\w.-]+)\s*==\s*([^\s;#]+)")
_VERSION = re.compile(r"^Version:\s*(\S+)", re.MULTILINE)


def read_pins(path: Path) -> Pins:
    """Read `constraints.txt`.

    Raises BadProject with the line that is not `name==version`.
    """
    if not path.is_file():
        raise BadProject(f"{path.name}: missing. It pins what the posts import: `numpy==2.4.6`.")
    pins: dict[str, str] = {}
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadProject(f"{path.name}: not UTF-8. Save it as UTF-8.") from None
    for number, line in enumerate(split_lines(content), start=1):
        text = line.split("#")[0].strip()
        if not text:
            continue
        match = _PIN.match(text)
        if match is None:
            raise BadProject(f"{path.name}:{number}: `{text}` is not `name==version`. Pin it.")
        try:
            pins[canonicalize_name(match[1])] = Version(match[2]).public
        except InvalidVersion:
            what = f"{path.name}:{number}: `{match[2]}` is not one exact version."
            raise BadProject(f"{what} Pin it, such as `numpy==2.4.6`.") from None
    return pins


def imported_modules(tree: ast.AST) -> dict[str, int]:
    """Return the top-level modules that code imports, each with its first line (1-based)."""
    modules: dict[str, int] = {}
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = ["." if node.level else node.module or ""]
        for name in names:
            top = name.split(".")[0] or "."
            line = getattr(node, "lineno", 1)
            modules[top] = min(line, modules.get(top, line))
    return modules


def is_standard(module: str) -> bool:
    """Return whether a module comes with Python."""
    return module in sys.stdlib_module_names


def distribution_of(module: str, pins: Pins) -> str | None:
    """Return the pinned distribution that provides a module, or None."""
    name = canonicalize_name(module)
    if name in pins:
        return name
    return next((pinned for pinned in pins if _provides(pinned, module)), None)


@cache
def _provides(name: str, module: str) -> bool:
    """Return whether an installed distribution provides a module.

    Its lists of files are searched as text: `metadata.packages_distributions` takes 0.3 s to parse
    those of all distributions.
    """
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    files = f"\n{distribution.read_text('RECORD') or ''}"
    listed = (distribution.read_text("top_level.txt") or "").split()
    return module in listed or f"\n{module}/" in files or f"\n{module}." in files


def with_dependencies(
    distributions: Iterable[str], pins: Pins, *, must_be_installed: bool = True
) -> dict[str, str]:
    """Return the pinned versions of distributions and of everything pinned that they need.

    Raises Uninstalled when one is not installed, or not in its pinned version; unless that does not
    matter, as for a run on another machine: then what is not installed is taken to need nothing.
    """
    found: dict[str, str] = {}
    waiting = [Requirement(name) for name in distributions]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        needed = waiting.pop()
        name = canonicalize_name(needed.name)
        if name in pins and (name, frozenset(needed.extras)) not in seen:
            seen.add((name, frozenset(needed.extras)))
            found[name] = pins[name]
            if must_be_installed:
                _check_installed(name, pins)
            waiting += _needs(name, frozenset(needed.extras))
    return dict(sorted(found.items()))


def _check_installed(name: str, pins: Pins) -> None:
    found, place = installed(name), Place("constraints.txt", 0)
    if found is None:
        what = f"pins {name}=={pins[name]}, which is not installed."
        remedy = (
            "Name it in requirements.txt (without that file, under `posts` in pyproject.toml), "
            "then `make site` installs it."
        )
        raise Uninstalled(Problem(place, what, remedy))
    if found != pins[name]:
        what = f"pins {name}=={pins[name]}, and {found} is installed."
        remedy = "Make the two agree: `make site` installs what is pinned."
        raise Uninstalled(Problem(place, what, remedy))


def installed(name: str) -> str | None:
    """Return the installed version of a distribution, without a local part such as `+cu130`.

    It is not kept, as a package may be installed while the preview runs; and it is searched for as
    text, since parsing takes far longer and each post asks for twenty.
    """
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    found = _VERSION.search(distribution.read_text("METADATA") or "")
    return Version(found[1] if found else distribution.version).public


@cache
def _needs(name: str, extras: frozenset[str]) -> list[Requirement]:
    """Return what an installed distribution needs: a slow question, asked for each post."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return []
    requirements = map(Requirement, distribution.requires or [])
    asked = ["", *extras]
    return [
        r
        for r in requirements
        if not r.marker or any(r.marker.evaluate({"extra": e}) for e in asked)
    ]


def distributions_of(post: Post, pins: Pins) -> tuple[str, ...]:
    """Return the pinned distributions that a post imports itself, sorted.

    The front matter's `packages` adds what the imports do not show. A module that no pin
    provides is left out here; `rules` reports it.
    """
    sources = [source for source in post.sources if "import" in source]
    modules = {module for source in sources for module in imported_modules(parse(source))}
    found = {distribution_of(module, pins) for module in modules if not is_standard(module)}
    return tuple(sorted({name for name in found if name} | set(post.packages)))


def uninstalled(post: Post, pins: Pins) -> Iterator[Problem]:
    """Yield what keeps a post from running on this machine's CPU: packages that are not installed.

    Each is named once: where the post imports it, or else what needs it.
    """
    places = _places(post, pins) if post.device != "gpu" else {}
    named: set[str] = set()
    for name in sorted(places, key=lambda name: (installed(name) is not None, places[name])):
        try:
            with_dependencies([name], pins)
        except Uninstalled as error:
            what = f"{error.problem.place} {error.problem.what}"
            if what not in named:
                yield replace(error.problem, place=places[name], what=what)
            named.add(what)


def _places(post: Post, pins: Pins) -> dict[str, Place]:
    """Return the pinned distributions that a post imports, or names in `packages`, with places."""
    places: dict[str, Place] = {}
    for cell in post.code_cells:
        for module, number in imported_modules(parse(cell.source)).items():
            name = None if is_standard(module) else distribution_of(module, pins)
            if name:
                places.setdefault(name, cell.lines[number - 1].place)
    for name in post.packages:
        places.setdefault(name, post.place_of("packages"))
    return places
