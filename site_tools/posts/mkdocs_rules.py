"""What is wrong with those settings of MkDocs that decide what is staged and published.

MkDocs itself checks the others when it renders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from site_tools.model.errors import Problem, nearest
from site_tools.posts.named_files import LOGO
from site_tools.posts.yaml_file import YamlFile

STAGED = "build/docs"
"""What `docs_dir` must be: the folder that a build writes for the renderer."""

KEYS = frozenset({
    "copyright", "dev_addr", "docs_dir", "draft_docs", "edit_uri", "edit_uri_template",
    "exclude_docs", "extra", "extra_css", "extra_javascript", "extra_templates", "hooks",
    "INHERIT", "markdown_extensions", "nav", "not_in_nav", "plugins", "remote_branch",
    "remote_name", "repo_name", "repo_url", "site_author", "site_description", "site_dir",
    "site_name", "site_url", "strict", "theme", "use_directory_urls", "validation", "watch",
})  # fmt: skip
"""The settings of MkDocs."""


_THEME_KEYS = frozenset({
    "custom_dir", "direction", "favicon", "features", "font", "icon", "include_search_page",
    "language", "locale", "logo", "name", "palette", "search_index_only", "static_templates",
})  # fmt: skip
"""The settings of the theme that it knows itself; others are for templates of the site's own."""


def mkdocs_problems(file: YamlFile) -> Iterator[Problem]:
    """Yield what is wrong, each with its line."""
    values = file.values
    for key in values:
        if key not in KEYS:
            remedy = nearest(str(key), KEYS) or "Options of the plugin go below `elevenlines:`."
            yield file.problem((str(key),), f"MkDocs has no setting `{key}`.", remedy)
    for key, example in (
        ("site_name", "site_name: A name"),
        ("site_url", 'site_url: !ENV [SITE_URL, "http://localhost:8000/"]'),
    ):
        if not values.get(key):
            yield file.problem((key,), f"`{key}` is missing.", f"Add it: `{example}`.")
    for key in ("site_name", "site_url", "site_description"):
        if values.get(key) and not isinstance(values[key], str):
            what = f"`{key}` must be text; it is `{values[key]}`."
            yield file.problem((key,), what, "Put it in quotes.")
    url = values.get("site_url")
    if isinstance(url, str) and url and not _is_address(url):
        what = f"`site_url` is `{url}`, which is no address."
        yield file.problem(("site_url",), what, "Begin it with https://; SITE_URL sets it.")
    yield from _folder_problems(file)
    yield from _theme_problems(file)


def _is_address(url: str) -> bool:
    try:
        return bool(re.match(r"https?://", url) and urlsplit(url).hostname)
    except ValueError:
        return False


def _folder_problems(file: YamlFile) -> Iterator[Problem]:
    """Yield settings with which another folder would be published, or nothing."""
    for key, folder, why in (
        ("docs_dir", STAGED, "a build writes there what it publishes"),
        ("site_dir", "site", "a build writes the site there"),
    ):
        given = file.values.get(key, None if key == "docs_dir" else folder)
        if given is None:
            yield file.problem((key,), f"`{key}` is missing.", f"Add `{key}: {folder}`: {why}.")
        elif str(given).rstrip("/").removeprefix("./") != folder:
            what = f"`{key}` is `{given}`."
            yield file.problem((key,), what, f"Write `{key}: {folder}`: {why}.")


def _theme_problems(file: YamlFile) -> Iterator[Problem]:
    theme = file.values.get("theme")
    name = theme.get("name") if isinstance(theme, dict) else theme
    if name != "material":
        what = f"the theme is `{name}`." if name else "the name of the theme is missing."
        remedy = "Write `theme: {name: material}`: our templates extend that theme."
        yield file.problem(("theme", "name"), what, remedy)
    given = theme if isinstance(theme, dict) else {}
    if "language" in given and str(given["language"]) not in languages():
        what = f"`language` is `{given['language']}`, which the theme does not know."
        remedy = "Write a code of two letters, such as `language: en`."
        yield file.problem(("theme", "language"), what, remedy)
    for key in ("logo", "favicon"):
        if key in given and not isinstance(given[key], str):
            what = f"`{key}` must be text; it is `{given[key]}`."
            yield file.problem(("theme", key), what, f"Write it like `{key}: {LOGO}`.")
    for key in map(str, given):
        near = "" if key in _THEME_KEYS else nearest(key, _THEME_KEYS)
        if near:
            yield file.problem(("theme", key), f"the theme has no setting `{key}`.", near)


WITHOUT_DATES = frozenset({"ku-IQ", "sh"})
"""Languages of the theme in which Babel writes no dates."""


def languages() -> list[str]:
    """Return the languages that the theme has texts in, and Babel dates."""
    spec = find_spec("material")
    folders = spec.submodule_search_locations or () if spec else ()
    files = (Path(folder, "templates", "partials", "languages") for folder in folders)
    found = {file.stem for folder in files for file in folder.glob("*.html")}
    return sorted(found - WITHOUT_DATES)
