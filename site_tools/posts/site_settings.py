"""The settings of a site: `mkdocs.yml`, checked before anything is made of it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from site_tools.model.errors import BadProject, Problem
from site_tools.posts.mkdocs_file import read_mkdocs_file
from site_tools.posts.mkdocs_rules import mkdocs_problems
from site_tools.posts.named_files import LOGO, missing_files
from site_tools.posts.option_reader import read_options
from site_tools.posts.site_options import Options

ALLOW_REMOTE = "`allow_remote: [host]` under `elevenlines:` in mkdocs.yml"
"""How a site allows what is on another server."""

_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")


@dataclass(frozen=True)
class Trust:
    """What a site lets its authors do in the browsers of readers."""

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


@dataclass(frozen=True)
class Settings:
    """What pages and downloads say about the site, and what the site asks of its posts."""

    site_url: str
    """The address of the site, with a final `/`."""
    site_name: str
    """What the site calls itself."""
    site_description: str = ""
    """What it says of itself, in a sentence."""
    logo: str = LOGO
    """The picture of the site, in `docs/` or among the files that every site has."""
    language: str = "en"
    """The language of dates, as the theme calls it."""
    made: int = 0
    """When this version of the site was made, in seconds since 1970: `SOURCE_DATE_EPOCH`, as other
    tools whose output is the same bytes each time understand it; 0 when it is not set."""
    options: Options = field(default_factory=Options)
    """The settings of the plugin."""
    unfit: tuple[Problem, ...] = ()
    """What is wrong with them and matters to readers only."""

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

    @property
    def colab(self) -> str:
        """Return where Colab opens what the publishing workflow pushes, with a final `/`.

        Empty when the repository is not at GitHub, or has no branch for them.
        """
        match = _GITHUB.fullmatch(self.options.repository)
        branch = self.options.notebooks_branch
        start = "https://colab.research.google.com/github"
        return f"{start}/{match[1]}/blob/{branch}/" if match and branch else ""

    @cached_property
    def trust(self) -> Trust:
        """Return what the site lets its authors do."""
        hosts = frozenset(host.lower() for host in self.options.allow_remote)
        return Trust(self.options.trust_html, hosts)


def read_settings(path: Path) -> Settings:
    """Read `mkdocs.yml`; raises BadProject with every mistake in it that stops all commands."""
    file = read_mkdocs_file(path)
    docs = path.parent / "docs"
    options, problems = read_options(file, docs)
    problems = sorted([*problems, *mkdocs_problems(file), *missing_files(file, docs)])
    if options is None or not all(problem.for_readers for problem in problems):
        raise BadProject("\n".join(map(str, problems)))
    values, theme = file.values, file.values.get("theme")
    given = theme if isinstance(theme, dict) else {}
    return Settings(
        site_url=values["site_url"].rstrip("/") + "/",
        site_name=values["site_name"],
        site_description=values.get("site_description") or "",
        logo=given.get("logo") or Settings.logo,
        language=str(given.get("language") or Settings.language),
        made=int(os.environ.get("SOURCE_DATE_EPOCH") or 0),
        options=options,
        unfit=tuple(problems),
    )
