"""`.authors.yml` beside the posts → the people who write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from site_tools.model.errors import BadProject, Problem
from site_tools.model.post import Author
from site_tools.posts.page_names import LONGEST, PLAIN, page_name
from site_tools.posts.project_files import decoded
from site_tools.posts.site_settings import ALLOW_REMOTE, Trust
from site_tools.posts.yaml_file import KeyPath, YamlFile, read_yaml

_EXAMPLE = "ada: {name: Ada, description: Author, avatar: assets/author.svg}"
_REMEDY = f"Write `{_EXAMPLE}`."


def read_authors(
    path: Path, file: str, has_picture: Callable[[str], bool], trust: Trust
) -> dict[str, Author]:
    """Return the authors by their keys; `has_picture` says whether the site has one.

    Raises BadProject with every mistake. `file` is what messages call the file.
    """
    try:
        text = decoded(path.read_bytes(), file)
    except OSError as error:
        raise BadProject(f"{file}: cannot be read: {error.strerror}. {_REMEDY}") from None
    example = f"Write `authors:`, and below it `{_EXAMPLE}`."
    found = read_yaml(text, file, example)
    authors = found.values.get("authors")
    if not isinstance(authors, dict):
        raise BadProject(str(found.problem(("authors",), "there are no `authors`.", example)))
    if problems := [*_problems(authors, found, has_picture, trust), *_same_page(authors, found)]:
        raise BadProject("\n".join(map(str, sorted(problems))))
    return {
        key: Author(about["name"], about["description"], _page(key, about))
        for key, about in authors.items()
    }


def _page(key: Any, about: Any) -> Any:
    """Return the last part of the address of an author's page."""
    return (isinstance(about, dict) and about.get("slug")) or str(key)


def _problems(
    authors: Mapping[Any, Any],
    file: YamlFile,
    has_picture: Callable[[str], bool],
    trust: Trust,
) -> Iterator[Problem]:
    for key, about in authors.items():
        at: KeyPath = ("authors", str(key))
        if not isinstance(key, str):
            remedy = "Put it into quotes, or write a name such as `ada:`."
            yield file.problem(at, f"author `{key}`: the key is not text.", remedy)
        given = about if isinstance(about, dict) else {}
        for name in ("name", "description", "avatar"):
            if not (isinstance(given.get(name), str) and given[name]):
                yield file.problem((*at, name), f"author `{key}` has no `{name}`.", _REMEDY)
        page = _page(key, about)
        if not isinstance(page, str) or not PLAIN.fullmatch(page) or len(page) > LONGEST:
            what = f"author `{key}`: `{page}` cannot be the address of a page."
            remedy = f"Use letters and hyphens: `slug: {page_name(str(key)) or 'ada'}`."
            yield file.problem((*at, "slug"), what, remedy)
        avatar = given.get("avatar")
        if not isinstance(avatar, str) or not avatar:
            continue
        at = (*at, "avatar")
        if "://" in avatar and not trust.loads(avatar):
            what = f"author `{key}`: the picture {avatar} would be loaded from another server."
            yield file.problem(
                at, what, f"Put it into docs/assets/, or allow its host: {ALLOW_REMOTE}."
            )
        elif "://" not in avatar and not has_picture(avatar):
            what = f"author `{key}`: there is no picture docs/{avatar}."
            yield file.problem(at, what, "`avatar: assets/author.svg` always exists.")


def _same_page(authors: Mapping[Any, Any], file: YamlFile) -> Iterator[Problem]:
    pages: dict[str, Any] = {}
    for key, about in authors.items():
        other = pages.setdefault(str(_page(key, about)).lower(), key)
        if other != key:
            what = f"authors `{other}` and `{key}` have the same page."
            yield file.problem(("authors", str(key)), what, "Give one of them another `slug`.")
