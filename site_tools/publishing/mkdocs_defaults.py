"""What every site sets for MkDocs: `mkdocs_defaults.yml`, added to the site's own settings.

When MkDocs first calls a plugin, it has validated the site's own settings. So each kind is added in
the form in which MkDocs holds it by then, and other plugins are loaded as Material's plugin `group`
loads its own.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from mkdocs.exceptions import PluginError

from site_tools.pages.post_frame import date_form
from site_tools.posts.site_options import Licence, Options
from site_tools.publishing import slow_parts

FOLDER = Path(str(resources.files("site_tools.publishing")))
"""Where this package has its templates and its other files."""


@cache
def defaults() -> Mapping[str, Any]:
    """Return what every site sets."""
    text = (FOLDER / "mkdocs_defaults.yml").read_text(encoding="utf-8")
    values: dict[str, Any] = yaml.safe_load(text)
    return values


def add_defaults(config: Any, values: Mapping[str, Any], settings: Options) -> None:
    """Add what a site's own settings leave open; `values` are those settings as they were read."""
    ours, options = defaults(), dict(config._schema)  # noqa: SLF001
    _add_theme(config.theme, ours["theme"], values.get("theme"))
    if config.copyright is None:
        config.copyright = copyright_line(settings.licence)
    for key, value in ours["extra"].items():
        config.extra.setdefault(key, value)
    config.extra_css = [*ours["extra_css"], *config.extra_css]
    pages = f"{ours['not_in_nav']}\n{values.get('not_in_nav') or ''}"
    config.not_in_nav = options["not_in_nav"].validate(pages)
    for name, own in _pairs(ours["markdown_extensions"]):
        if name not in config.markdown_extensions:
            config.markdown_extensions.append(name)
        config.mdx_configs[name] = {**own, **config.mdx_configs.get(name, {})}


def copyright_line(licence: Licence) -> str:
    """Return the licences of code and text as HTML, for the foot of each page."""
    text = html.escape(licence.text)
    if licence.text_url:
        text = f'<a href="{html.escape(licence.text_url)}">{text}</a>'
    parts = (("Code", html.escape(licence.code)), ("text", text))
    line = ", ".join(f"{what} under {name}" for what, name in parts if name)
    return line[:1].upper() + line[1:]


def load_plugins(config: Any, command: str, *, dirty: bool) -> None:
    """Load the plugins that every site uses, except those that it loads itself."""
    option = dict(config._schema)["plugins"]  # noqa: SLF001
    slow_parts.replace()
    form = date_form(config.theme["language"])
    for name, options in _pairs(defaults()["plugins"]):
        if {name, f"material/{name}"} & set(config.plugins):
            continue
        try:
            own = {"post_date_format": form} if name == "blog" else {}
            _, plugin = option.load_plugin_with_namespace(name, {**options, **own})
        except Exception as error:  # whatever a plugin makes of its options
            raise PluginError(f"The plugin `{name}` cannot be loaded: {error}.") from error
        if hasattr(plugin, "on_startup"):
            plugin.on_startup(command=command, dirty=dirty)


def plugin_names() -> list[str]:
    """Return the names of the plugins that every site uses."""
    return [name for name, _ in _pairs(defaults()["plugins"])]


def _add_theme(theme: Any, ours: Mapping[str, Any], given: Any) -> None:
    """Add values of the theme, and our templates before its own but behind those of the site."""
    own = given if isinstance(given, dict) else {}
    for key, value in ours.items():
        if isinstance(value, dict):
            theme[key] = {**value, **(own.get(key) or {})}
        elif key not in own:
            theme[key] = value
    if "favicon" not in own:
        theme["favicon"] = theme["logo"]
    theme.dirs.insert(1 if theme.custom_dir else 0, str(FOLDER / "theme"))


def _pairs(items: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield names and options of a list of names, some of which have options."""
    for item in items:
        if isinstance(item, dict):
            yield from item.items()
        else:
            yield item, {}
