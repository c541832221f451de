"""`elevenlines init`: lay out a new site, with one post that learns."""

from __future__ import annotations

import json
import platform
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from site_tools.atomic_write import write_whole
from site_tools.commands.new import in_yaml, slug_of
from site_tools.commands.package_source import NAME, WHEELS, PackageSource, source_of
from site_tools.commands.site_answers import NewSite, new_site
from site_tools.model.errors import BadProject
from site_tools.posts.markdown_text import escape

NEEDED = {"numpy": "2.4.6", "pytest": "9.1.1"}
"""What a new site needs besides this package, with the versions that are pinned where none is
installed: those of this project's own constraints."""

_COLOURS = ("accent", "goal", "learning_off")


class _Template(Template):
    delimiter = "@@"  # a dollar sign means something in Makefiles, workflows and formulas


def init(
    folder: Path, answers: Mapping[str, str | None], *, ask: bool, package: str | None = None
) -> int:
    """Write a site into an empty folder and say what to do next.

    `answers` are those of NewSite, None where they were not given; with `ask`, they are asked for.
    `package` is what the site installs this generator from; None for where this one came from.
    Raises BadUsage for an answer that cannot be used, BadProject for a folder that is not empty or
    cannot be written.
    """
    _check_folder(folder)
    source = source_of(package)
    files = dict(_files(new_site(folder, answers, ask=ask), source))
    written: list[Path] = []
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append(path)
            write_whole(path, content)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        what = f"{folder}: cannot be written: {error.strerror}."
        raise BadProject(f"{what} Choose a folder of your own.") from error
    print(
        f"{folder} holds a new site with one post. Next:\n"
        f"  cd {folder}\n"
        "  make site     # installs everything, runs the post, writes site/\n"
        "  make preview  # shows the site while you write\n"
        "Name, colours and licences are set in mkdocs.yml."
    )
    if source.here_only:
        print(
            f"requirements.txt installs `{source.requirement}`, which only this machine has. Give "
            "`--package` a wheel or a Git address for a site that others build."
        )
    return 0


def _check_folder(folder: Path) -> None:
    """Raise BadProject unless a folder is empty or can be created."""
    try:
        if folder.exists() and not folder.is_dir():
            raise BadProject(f"{folder}: is not a folder. Choose another name.")
        inside = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    except OSError as error:
        what = f"{folder}: cannot be read: {error.strerror}."
        raise BadProject(f"{what} Choose a folder of your own.") from error
    if inside:
        what = f"{folder}: is not empty: it holds `{inside[0]}`."
        raise BadProject(f"{what} Choose a new folder; nothing was written.")


def _files(site: NewSite, source: PackageSource) -> Iterator[tuple[str, bytes]]:
    """Yield the names and the content of all files of a new site."""
    values = {
        "title": in_yaml(site.title),
        "heading": escape(site.title),
        "author": in_yaml(site.author),
        "author_text": escape(site.author),
        "key": in_yaml(slug_of(site.author) or "author"),
        "url": json.dumps(site.url or "http://localhost:8000/"),
        "newsletter": json.dumps(site.newsletter),
        "light": _in_yaml_flow({name: getattr(site, name) for name in _COLOURS}),
        "dark": _in_yaml_flow({name: site.dark(name) for name in _COLOURS}),
        "date": datetime.now(UTC).date().isoformat(),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "package": source.requirement,
    }
    root = resources.files("site_tools.commands") / "templates" / "site"
    for name, file in _templates(root, ""):
        yield name, _Template(file.read_text(encoding="utf-8")).substitute(values).encode("utf-8")
    if source.wheel:
        yield f"{WHEELS}/{source.wheel.name}", source.wheel.read_bytes()
    pins = sorted(pin for pin in _pins() if source.is_pinned or not pin.startswith(f"{NAME}=="))
    yield "constraints.txt", "".join(f"{pin}\n" for pin in pins).encode("utf-8")


def _in_yaml_flow(texts: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{name}: {json.dumps(text)}' for name, text in texts.items())}}}"


def _templates(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    """Yield the templates below a folder by the names of their files: `dot.x.txt` becomes `.x`."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = path + re.sub(r"^dot(?=\.)", "", entry.name)
        if entry.is_dir():
            yield from _templates(entry, f"{name}/")
        else:
            yield name.removesuffix(".txt"), entry


def _pins() -> set[str]:
    """Return pins of all that a site needs: the versions that are installed here."""
    pins, wanted, seen = set(), [Requirement(NAME), *map(Requirement, NEEDED)], set()
    while wanted:
        needed = wanted.pop()
        name = canonicalize_name(needed.name)
        extras = tuple(sorted(needed.extras))
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            pins |= {f"{name}=={NEEDED[name]}"} if name in NEEDED else set()
            continue
        pins.add(f"{name}=={found.version.partition('+')[0]}")
        wanted += [
            one
            for one in map(Requirement, found.requires or ())
            if not one.marker or any(one.marker.evaluate({"extra": e}) for e in (*extras, ""))
        ]
    return pins


def is_terminal() -> bool:
    """Return whether a person can answer questions."""
    return sys.stdin.isatty() and sys.stdout.isatty()
