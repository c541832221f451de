"""The files that `mkdocs.yml` names and that a page would look for in vain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from site_tools.model.errors import Problem, nearest
from site_tools.model.source import Place
from site_tools.posts.project_files import is_file, is_within
from site_tools.posts.site_options import Options
from site_tools.posts.yaml_file import KeyPath, YamlFile

LOGO = "assets/logo.svg"
"""The picture of a site that names none: every site has this file."""

PAGES = {
    "index.md": "It is the front page; `<!-- first-step -->` in it shows the first post.",
    "path.md": "Every post links to it; `<!-- path -->` in it lists the posts in order.",
    "posts/index.md": "It lists the posts, newest first; a title is enough.",
    "tags.md": "Tags lead to it; `<!-- material/tags -->` in it lists the posts by tag.",
}
"""The pages of `docs/` that a site cannot do without, and what each is for."""

_OPTIONS = ("claims_page", "limits_page", "glossary")
_MADE = ("posts/", "runs/")
"""Where a build makes pages that are not in `docs/`."""


def lacking(docs: Path) -> Iterator[Problem]:
    """Yield the pages that others link to and that are not in `docs/`."""
    for name, why in PAGES.items():
        if not is_file(docs / name):
            yield Problem(Place(f"docs/{name}", 0), "there is no such page.", why, for_readers=True)


def missing_pages(file: YamlFile, path: KeyPath, options: Options, docs: Path) -> Iterator[Problem]:
    """Yield pages of `docs/` that options name and that are missing; `path` leads to these."""
    for key in _OPTIONS:
        if (name := getattr(options, key)) and not _is_in(docs, name):
            yield _missing(file, (*path, key), f"`{key}`", name, docs)


def missing_files(file: YamlFile, docs: Path) -> Iterator[Problem]:
    """Yield files of `docs/` that settings of MkDocs name and that are not there."""
    values, theme = file.values, file.values.get("theme")
    given = theme if isinstance(theme, dict) else {}
    named: list[tuple[KeyPath, str, Any]] = [
        (("theme", key), f"`{key}`", given.get(key)) for key in ("logo", "favicon")
    ]
    for key in ("extra_css", "extra_javascript"):
        listed = values.get(key)
        for i, one in enumerate(listed if isinstance(listed, list) else ()):
            named.append(((key, i), f"`{key}`", one.get("path") if isinstance(one, dict) else one))
    named += ((path, "`nav`", name) for path, name in _in_nav(values.get("nav"), ("nav",)))
    for path, what, name in named:
        is_here = isinstance(name, str) and name not in {"", LOGO} and "://" not in name
        if is_here and not _is_in(docs, name):
            yield _missing(file, path, what, name, docs)


def _in_nav(nav: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield the pages of the menu that must be in `docs/`."""
    if isinstance(nav, str) and nav.endswith(".md") and not nav.startswith(_MADE):
        yield path, nav
    pairs = (
        nav.items() if isinstance(nav, dict) else enumerate(nav) if isinstance(nav, list) else ()
    )
    for key, inner in pairs:
        yield from _in_nav(inner, (*path, key))


def _is_in(docs: Path, name: str) -> bool:
    return is_within(docs / name, docs) and is_file(docs / name)


def _missing(file: YamlFile, path: KeyPath, setting: str, name: str, docs: Path) -> Problem:
    known = [one.relative_to(docs).as_posix() for one in docs.rglob("*") if one.is_file()]
    remedy = nearest(name, known) or "Write it, or leave the setting out."
    what = f"{setting} names `{name}`, and there is no docs/{name}."
    return replace(file.problem(path, what, remedy), for_readers=True)
