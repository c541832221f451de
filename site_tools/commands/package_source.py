"""Where a new site installs the generator from: from where this one came, or as its author says.

An installer leaves `direct_url.json` beside a package that came from no index (PEP 610).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement, Requirement

from site_tools.model.errors import BadUsage

NAME = "elevenlines"
WHEELS = "wheels"
"""The folder of a new site that has a copy of the wheel, so that the site needs no other."""

_REMEDY = (
    "Give `--package` a wheel, a folder with this project, an address such as git+https://…, or "
    "`elevenlines` for the one of the package index."
)


@dataclass(frozen=True, slots=True)
class PackageSource:
    """How a site installs the generator."""

    requirement: str
    """Its line in requirements.txt."""
    wheel: Path | None = None
    """The file to copy into the site."""
    is_pinned: bool = False
    """Whether it comes from an index, so that constraints.txt has its version."""
    here_only: bool = False
    """Whether only this machine can install it."""


def source_of(given: str | None) -> PackageSource:
    """Return the source that an author has given, or that of the package which is running.

    Raises BadUsage for one that cannot be installed.
    """
    if given is None:
        return _installed()
    if "://" in given and not given.startswith("file:"):
        return PackageSource(_at(given))
    path = Path(unquote(urlsplit(given).path) if given.startswith("file:") else given).expanduser()
    if path.suffix == ".whl" or path.exists() or "/" in given:
        return _local(path.absolute(), "is given by --package")
    try:
        requirement = Requirement(given)
    except InvalidRequirement:
        raise BadUsage(f"--package is `{given}`, which cannot be installed. {_REMEDY}") from None
    if requirement.name.lower() != NAME or requirement.url:
        raise BadUsage(f"--package is `{given}`, which is not `{NAME}`. {_REMEDY}")
    return PackageSource(str(requirement), is_pinned=not requirement.specifier)


def _installed() -> PackageSource:
    try:
        text = metadata.distribution(NAME).read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        text = None
    if text is None:
        return PackageSource(NAME, is_pinned=True)
    content: dict[str, Any] = json.loads(text)
    url = str(content["url"])
    if "vcs_info" in content:
        kind, commit = content["vcs_info"]["vcs"], content["vcs_info"]["commit_id"]
        return PackageSource(_at(f"{kind}+{url}@{commit}"))
    if not url.startswith("file:"):
        return PackageSource(_at(url))
    return _local(Path(unquote(urlsplit(url).path)), "is where this package was installed from")


def _at(url: str) -> str:
    return f"{NAME} @ {url}"


def _local(path: Path, said: str) -> PackageSource:
    """Return the source of a wheel or a folder; raises BadUsage."""
    if path.suffix == ".whl" and path.is_file():
        return PackageSource(f"./{WHEELS}/{path.name}", wheel=path)
    if (path / "pyproject.toml").is_file():
        return PackageSource(_at(path.as_uri()), here_only=True)
    what = f"{path} {said}, and is neither a wheel nor a folder with this project."
    raise BadUsage(f"{what} {_REMEDY}")
