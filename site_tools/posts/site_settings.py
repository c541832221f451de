"""The few values of `mkdocs.yml` that the stage needs as well."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import yaml
from pydantic import ByteSize, Field, TypeAdapter, ValidationError
from yaml_env_tag import construct_env_tag

from site_tools.model.errors import BadProject
from site_tools.posts.yaml_text import load


@dataclass(frozen=True, slots=True)
class Settings:
    """What pages and downloads say about the site."""

    site_url: str
    """The address of the site, with a final `/`."""
    site_name: str
    """What the site calls itself."""
    site_description: str = ""
    """What it says of itself, in a sentence."""
    made: int = 0
    """When this version of the site was made, in seconds since 1970: `SOURCE_DATE_EPOCH`, as other
    tools whose output is the same bytes each time understand it; 0 when it is not set."""
    colab: str = ""
    """Where Google Colab opens this site's notebooks, with a final `/`; empty when it cannot."""

    @property
    def is_local(self) -> bool:
        """Return whether the address is one of the machine that built the site: readers have none.

        So it is while `SITE_URL` is not set.
        """
        host = urlsplit(self.site_url).hostname or ""
        try:
            address = ip_address(host)
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")
        return address.is_loopback or address.is_unspecified


@dataclass(frozen=True, slots=True)
class Trust:
    """What a site lets its authors do in the browsers of readers: `extra:` in `mkdocs.yml`."""

    html: bool = False
    """`trust_html`: prose may contain any HTML, scripts included."""
    remote: frozenset[str] = frozenset()
    """`allow_remote`: the hosts from which pages may load pictures, sound and video."""

    def loads(self, address: str) -> bool:
        """Return whether a page may load what is at an address."""
        try:
            parts = urlsplit(address)
            host = parts.hostname
        except ValueError:
            return False
        return host in self.remote if parts.scheme or parts.netloc else True

    def with_site(self, url: str) -> Trust:
        """Return the same, and that a page may load what the site at this address has."""
        return replace(self, remote=self.remote | {urlsplit(url).hostname or ""})


def allowed_names(values: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    """Return the categories or tags that a site allows: `categories_allowed` of its blog plugin.

    `key` is `categories` or `tags`. Returns None where the site allows any.
    """
    plugins = values.get("plugins")
    listed = plugins if isinstance(plugins, list) else [plugins]
    for plugin in (one for one in listed if isinstance(one, dict)):
        for options in plugin.values():
            allowed = options.get(f"{key}_allowed") if isinstance(options, dict) else None
            if isinstance(allowed, list) and allowed:
                return tuple(map(str, allowed))
    return None


_SIZE: TypeAdapter[int] = TypeAdapter(Annotated[ByteSize, Field(gt=0)])


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """How many bytes a site lets its authors write: `extra:` in `mkdocs.yml`."""

    largest_post: int = 500_000
    """Of the text of a post: `check` reads as much in seconds."""
    largest_data: int = 5_000_000
    """Of a data file: each reader of the post loads it."""


def size_limits_of(values: Mapping[str, Any]) -> SizeLimits:
    """Return the limits that a site sets; raises BadProject for values of another kind."""
    extra = values.get("extra")
    given = extra if isinstance(extra, dict) else {}
    names = [limit.name for limit in fields(SizeLimits) if limit.name in given]
    return replace(SizeLimits(), **{name: _size(name, given[name]) for name in names})


def _size(name: str, value: Any) -> int:
    try:
        return _SIZE.validate_python(value)
    except ValidationError:
        what = f"mkdocs.yml: `{name}` is `{value}`."
        raise BadProject(f"{what} Write `{name}: 5 MB` under `extra:`.") from None


def trust_of(values: Mapping[str, Any]) -> Trust:
    """Return what a site trusts its authors with; raises BadProject for values of another kind."""
    extra = values.get("extra")
    given = extra if isinstance(extra, dict) else {}
    html, remote = given.get("trust_html", False), given.get("allow_remote") or []
    if not isinstance(html, bool):
        what = f"mkdocs.yml: `trust_html` is `{html}`."
        raise BadProject(f"{what} Write `trust_html: true` or `trust_html: false` under `extra:`.")
    if not isinstance(remote, list) or not all(isinstance(host, str) for host in remote):
        what = f"mkdocs.yml: `allow_remote` is `{remote}`."
        raise BadProject(
            f"{what} List hosts under `extra:`, such as `allow_remote: [example.org]`."
        )
    return Trust(html, frozenset(host.lower() for host in remote))


_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")


class _Loader(yaml.SafeLoader):
    """Reads `!ENV`, and passes over tags that only MkDocs understands."""


def _ignore(_loader: yaml.Loader, _suffix: str, _node: yaml.Node) -> None:
    return None


_Loader.add_constructor("!ENV", construct_env_tag)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _ignore)


def read_values(path: Path) -> dict[str, Any]:
    """Read `mkdocs.yml` as it is, with the values of the environment in place.

    Raises BadProject when it is not YAML, or no mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = text.count("\n", 0, mark.index) + 1 if mark else 1  # YAML counts other lines
        raise BadProject(f"{path.name}:{line}: not valid YAML: {error.problem}.") from None
    except (yaml.YAMLError, ValueError) as error:
        raise BadProject(f"{path.name}: not valid YAML: {error}.") from None
    if not isinstance(values, dict):
        raise BadProject(f"{path.name}: not a mapping. Write settings as `name: value`.")
    return values


def read_settings(path: Path) -> Settings:
    """Read `mkdocs.yml`.

    Raises BadProject when it is not YAML, or names no `site_url`.
    """
    values = read_values(path)
    url = values.get("site_url")
    if not url:
        raise BadProject(f"{path.name}: `site_url` is missing. The feed and the downloads need it.")
    if not re.match(r"https?://", str(url)):
        what = f"{path.name}: `site_url` is `{url}`, which is no address."
        raise BadProject(f"{what} Begin it with https://; SITE_URL sets it.")
    name, description = (str(values.get(key) or "") for key in ("site_name", "site_description"))
    made = int(os.environ.get("SOURCE_DATE_EPOCH") or 0)
    return Settings(str(url).rstrip("/") + "/", name, description, made, _colab(values))


def _colab(values: dict[str, Any]) -> str:
    """Return where Colab opens what the publishing workflow puts on the branch `notebooks`."""
    extra = values.get("extra")
    repository = str(extra.get("repository") or "") if isinstance(extra, dict) else ""
    match = _GITHUB.fullmatch(repository)
    return f"https://colab.research.google.com/github/{match[1]}/blob/notebooks/" if match else ""
