"""Settings for a renderer that does not know the plugin of this project."""

from __future__ import annotations

from pathlib import Path

import yaml

from site_tools.posts.mkdocs_file import read_mkdocs_file
from site_tools.publishing.mkdocs_defaults import defaults


def complete_settings(mkdocs_yml: Path) -> str:
    """Return a site's settings with those that the plugin would add, in place of the plugin."""
    values = read_mkdocs_file(mkdocs_yml).values
    theme = {**defaults()["theme"], **values["theme"]}
    extra = {**defaults()["extra"], **values.get("extra", {})}
    complete = {**values, **defaults(), "theme": theme, "extra": extra}
    return yaml.safe_dump(complete, sort_keys=False, allow_unicode=True)
