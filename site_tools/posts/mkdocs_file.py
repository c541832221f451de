"""`mkdocs.yml` → its values, and the line of each key, for messages."""

from __future__ import annotations

from pathlib import Path

import yaml
from yaml_env_tag import construct_env_tag

from site_tools.posts.project_files import decoded
from site_tools.posts.yaml_file import YamlFile, read_yaml


class _Loader(yaml.SafeLoader):
    """Reads `!ENV`, and passes over tags that only MkDocs understands."""


def _ignore(_loader: yaml.Loader, _suffix: str, _node: yaml.Node) -> None:
    return None


_Loader.add_constructor("!ENV", construct_env_tag)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _ignore)


def read_mkdocs_file(path: Path) -> YamlFile:
    """Read `mkdocs.yml`, with the values of the environment in place.

    Raises BadProject when it is not YAML, or no mapping.
    """
    text = decoded(path.read_bytes(), path.name)
    return read_yaml(text, path.name, "Write settings as `name: value`.", _Loader)
