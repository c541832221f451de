"""Settings: each mistake has its line and a remedy.

To add a case: a `mkdocs.yml` in `tests/cases/settings/`. `pytest --update` writes beside it what is
said of it: its mistakes, or the settings that differ from the defaults.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from babel import Locale, UnknownLocaleError
from mkdocs.config.defaults import MkDocsConfig

from site_tools.model.errors import BadProject
from site_tools.posts.mkdocs_rules import KEYS, WITHOUT_DATES, languages
from site_tools.posts.option_reader import EXAMPLES
from site_tools.posts.site_options import Colours, Options, Style, mixed
from site_tools.posts.site_settings import read_settings
from tests.support.projects import CASES, ROOT

FILES = sorted((CASES / "settings").glob("*.yml"))


def said_of(path: Path) -> str:
    try:
        settings = read_settings(path)
    except BadProject as bad:
        return f"{bad}\n".replace(path.name, "mkdocs.yml")
    unfit = "".join(f"{problem}\n" for problem in settings.unfit).replace(path.name, "mkdocs.yml")
    set_here = settings.options.model_dump(exclude_defaults=True)
    return f"{settings.site_name}, {settings.site_url}: {set_here}\n{unfit}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_settings(file: Path, expect: Callable[[Path, str], None]) -> None:
    expect(file.with_suffix(".txt"), said_of(file))


@pytest.mark.parametrize("key", [key for key in EXAMPLES if key in Options.model_fields])
def test_example_of_a_remedy_is_right(key: str, tmp_path: Path) -> None:
    text = (CASES / "settings" / "option-unknown.yml").read_text(encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(text.replace("wibble: 1", EXAMPLES[key]), "utf-8")
    assert read_settings(tmp_path / "mkdocs.yml").options.model_fields_set == {key}


def test_every_setting_has_an_explanation() -> None:
    def of(schema: dict[str, object]) -> list[str]:
        properties = schema.get("properties", {})
        assert isinstance(properties, dict)
        return [name for name, field in properties.items() if "description" not in field]

    schema = Options.model_json_schema()
    parts = {"Options": schema, **schema["$defs"]}
    found = {part: names for part, own in parts.items() if (names := of(own))}
    assert found.keys() <= {"DarkColours"}, found  # they are those of the light scheme


def test_guide_names_every_setting() -> None:
    page = (ROOT / "docs" / "your-own-site.md").read_text(encoding="utf-8")
    names = {*Options.model_fields, *Style.model_fields, *Colours.model_fields}
    assert [name for name in names if f"`{name}`" not in page] == []


def test_keys_are_those_of_mkdocs() -> None:
    removed = {"config_file_path", "google_analytics", "pages", "mdx_configs"}
    assert {name for name, _ in MkDocsConfig._schema} - removed == KEYS - {"INHERIT"}


def test_dates_can_be_written_in_every_language() -> None:
    for language in languages():
        Locale.parse(language.replace("-", "_"))
    for language in WITHOUT_DATES:
        with pytest.raises(UnknownLocaleError):
            Locale.parse(language.replace("-", "_"))


def test_colour_below_the_pointer_is_nearer_to_the_text() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    colours = Options().colours
    assert colours.light.below_pointer < colours.light.accent
    assert colours.dark.below_pointer > colours.dark.accent
