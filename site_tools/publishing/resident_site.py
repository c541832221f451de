"""MkDocs kept in memory: its settings, the theme's templates and all pages; lays out one at a time.

`load` does what `mkdocs build` does before it writes, `update` reads single pages again, `render`
does what it does for one address. All of it calls MkDocs' own functions, so the bytes are those of
a build. Run records are read when they are asked for: they take longest, and no page needs them.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from mkdocs.commands import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, get_files, set_exclusions
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.meta import YAML_RE

from site_tools.model.errors import BadProject
from site_tools.publishing.render import environment_of

RUNS = "runs/"
"""Where the staged run records are."""

_MADE_OF_ALL = b"<!-- material/"
"""In pages with a list that a plugin makes of all pages."""

_HEAD = re.compile(rb"\A(---\n.*?\n---\n)?\s*(# [^\n]*)?", re.DOTALL)


class ResidentSite:
    """The staged tree of a folder, as the pages of a site."""

    def __init__(self, root: Path, docs: Path, site: Path) -> None:
        self._settings, self._docs, self._site = root / "mkdocs.yml", docs, site
        self._config: MkDocsConfig | None = None
        self._heads: dict[str, bytes] = {}
        """For each staged file what other pages show of it; empty for what is no page."""
        self._day = date.min
        """The day of the newest post."""
        self._files = Files([])
        self._by_address: dict[str, File] = {}
        self._late: set[str] = set()
        """The run records that are not read yet."""
        self.warnings: list[str] = []
        """What MkDocs has warned of: errors, in a build."""

    def close(self) -> None:
        """Delete the temporary folders of MkDocs' plugins."""
        if self._config is not None:
            with suppress(OSError):
                self._config.plugins.on_shutdown()
            self._config = None

    def forget(self) -> None:
        """Have the next `update` read settings, templates and all pages again."""
        self._heads = {}

    def read_record(self, names: Iterable[str]) -> None:
        """Have run records read again when they are asked for."""
        self._late.update(names)

    def update(self, changed: Iterable[str], staged: Mapping[str, bytes], day: date) -> None:
        """Read the staged files again of which these have changed, by their names.

        `staged` are all files of the folder, `day` is the day of the newest post. Raises BadProject
        when MkDocs cannot read them.
        """
        names = {name for name in changed if not name.startswith(RUNS) or name.endswith(".ipynb")}
        heads = {name: _head_of(name, staged[name]) for name in names if name in staged}
        same = self._heads.keys() == staged.keys() and heads.items() <= self._heads.items()
        if self._config is None or not same or any(_MADE_OF_ALL in staged[name] for name in heads):
            self._heads = {}
            self.load(day)
            self._heads = {name: _head_of(name, content) for name, content in staged.items()}
            return
        with self._reporting("read the pages"):
            for name in sorted(names):
                file = self._files.get_file_from_path(name)
                if file is None or file.page is None:
                    continue  # what is no page is read when it is asked for
                if name.startswith(RUNS):
                    self._late.add(name)
                else:
                    self._read_again(file.page)

    def load(self, day: date) -> None:
        """Read the settings and all pages; raises BadProject, and keeps the last, if it cannot."""
        self.warnings.clear()
        self._day = day
        self._site.mkdir(parents=True, exist_ok=True)
        with self._reporting("read the settings"):
            folders = {"docs_dir": str(self._docs), "site_dir": str(self._site)}
            config = load_config(str(self._settings), strict=True, **folders)
            config.plugins.on_startup(command="build", dirty=False)
            config = config.plugins.on_config(config)
            config.plugins.on_pre_build(config=config)
        with self._reporting("read the pages"):
            files = get_files(config)
            env = config.theme.get_env()
            files.add_files_from_theme(env, config)
            files = config.plugins.on_files(files, config=config)
            set_exclusions(files, config)
            nav = config.plugins.on_nav(get_navigation(files, config), config=config, files=files)
            late = set()
            for file in files.documentation_pages():
                if file.page is None and file.inclusion.is_not_in_nav():
                    Page(None, file, config)
                if file.src_uri.startswith(RUNS):
                    late.add(file.src_uri)
                else:
                    build._populate_page(_page(file), config, files)
            self._env = config.plugins.on_env(env, config=config, files=files)
        self._config, self._files, self._late = config, files, late
        self._nav: Navigation = nav
        self._by_address = {file.dest_uri: file for file in files}

    def render(self, address: str) -> bytes | None:
        """Return what is at an address such as `posts/index.html`; None when there is nothing.

        Raises BadProject when MkDocs cannot lay it out.
        """
        with self._reporting(f"lay out {address}"):
            for find in (self._page_at, self._file_at, self._template_at, self._made_at):
                if (found := find(address)) is not None:
                    return found
        return None

    def source_of(self, address: str) -> str:
        """Return the name of the staged file of an address; empty when there is none."""
        file = self._by_address.get(address)
        return file.src_uri if file else ""

    def _page_at(self, address: str) -> bytes | None:
        file = self._by_address.get(address)
        if file is None or not file.is_documentation_page():
            return None
        if file.src_uri in self._late:
            self._populate(_page(file))
            self._late.discard(file.src_uri)
        pages = self._files.documentation_pages()
        build._build_page(_page(file), self._loaded, pages, self._nav, self._env)
        return Path(file.abs_dest_path).read_bytes()

    def _file_at(self, address: str) -> bytes | None:
        file = self._by_address.get(address)
        with suppress(OSError):
            return file.content_bytes if file else None
        return None

    def _template_at(self, address: str) -> bytes | None:
        if address not in self._loaded.theme.static_templates:
            return None
        template = self._env.get_template(address)
        args = self._files, self._loaded, self._nav
        return build._build_template(address, template, *args).encode("utf-8")

    def _made_at(self, address: str) -> bytes | None:
        """Return what plugins write when all pages are laid out: search index, feeds."""
        if not address.endswith((".json", ".xml", ".xsl")):
            return None
        plugins, config = self._loaded.plugins, self._loaded
        search = plugins.get("material/search")
        if search and address == "search/search_index.json":
            search.search_index.entries = []
            for file in self._files.documentation_pages():
                if file.src_uri not in self._late:
                    search.on_page_context({}, page=file.page, config=config, nav=self._nav)
        feed = plugins.get("rss")
        if feed:
            feed.feed_created.entries.clear()
            feed.feed_updated.entries.clear()
        plugins.on_post_build(config=config)
        path = self._site / address
        return path.read_bytes() if path.is_file() else None

    @property
    def _loaded(self) -> MkDocsConfig:
        assert self._config is not None  # noqa: S101
        return self._config

    def _populate(self, page: Page) -> None:
        build._populate_page(page, self._loaded, self._files)

    def _read_again(self, page: Any) -> None:
        """Read a page whose head is unchanged."""
        feed = self._loaded.plugins.get("rss")
        known = feed.pages_to_filter if feed else []
        places = [i for i, one in enumerate(known) if str(one.abs_path) == page.file.abs_src_path]
        if hasattr(page, "excerpt"):  # a post of the blog, which reads its file only once
            text = Path(page.file.abs_src_path).read_text(encoding="utf-8-sig")
            match = YAML_RE.match(text)
            page.markdown = text[match.end() if match else 0 :].lstrip("\n")
            page.authors.clear()
        self._populate(page)
        for place in places:  # the feed has it a second time, at the end
            known[place] = known.pop()

    @contextmanager
    def _reporting(self, what: str) -> Iterator[None]:
        """Note warnings, and raise BadProject for whatever MkDocs and its plugins raise.

        Meanwhile the environment is that of a build. Afterwards it is as before: settings are read
        from it as well.
        """
        own = environment_of(self._day)
        before = {name: os.environ.get(name) for name in own}
        handler = _Collector(self.warnings.append)
        logger = logging.getLogger("mkdocs")
        logger.addHandler(handler)
        os.environ.update(own)
        try:
            yield
        except (Exception, SystemExit) as error:
            said = [*self.warnings, *str(error).splitlines()] or [type(error).__name__]
            message = "\n".join(dict.fromkeys(said))
            raise BadProject(f"mkdocs.yml: MkDocs could not {what}.\n{message}") from error
        finally:
            logger.removeHandler(handler)
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _head_of(name: str, content: bytes) -> bytes:
    """Return what other pages show of a staged page: front matter and title; empty for others."""
    match = _HEAD.match(content) if name.endswith(".md") else None
    return match[0] if match else b""


def _page(file: File) -> Page:
    assert file.page is not None  # noqa: S101  each documentation page has one
    return file.page


class _Collector(logging.Handler):
    """Passes warnings on."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(f"{record.levelname}: {record.getMessage()}")
