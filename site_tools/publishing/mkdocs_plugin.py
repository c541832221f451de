"""The MkDocs plugin `elevenlines`: what MkDocs cannot read from the staged tree.

It adds what every site sets: theme, style sheet, extensions and further plugins. Edit links lead to
the author's file instead of the staged copy. Run records are left out of the search. Lists and the
search index convert only the part of a page that they use. The feeds get a picture and a template
that escapes all names. The theme's templates are patched. A post whose page would run something
stops the build, and each page has a Content-Security-Policy.
"""

from __future__ import annotations

import html
import logging
import re
from copy import copy
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from mkdocs.plugins import BasePlugin, event_priority

from site_tools.checks.page_html import page_faults
from site_tools.model.errors import BadProject
from site_tools.posts.mkdocs_file import read_mkdocs_file
from site_tools.posts.page_names import PUBLISHED_TEXT, STAGED_TEXT, page_name
from site_tools.posts.site_settings import Settings, Trust, read_settings
from site_tools.publishing.compiled_templates import CompiledTemplates
from site_tools.publishing.content_policy import with_policy
from site_tools.publishing.kept_layouts import KeptLayouts, LaidOut
from site_tools.publishing.kept_pages import OF_POSTS, KeptPages, shared_by_all
from site_tools.publishing.linked_files import link_files
from site_tools.publishing.mkdocs_defaults import FOLDER, add_defaults, load_plugins
from site_tools.publishing.path_menu import PathMenu
from site_tools.publishing.slow_parts import Posts, listed
from site_tools.publishing.theme_patches import PatchedLoader, escape_once

_CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_PROGRAM = re.compile(r'<div class="program highlight">.*?</div>', re.DOTALL)
"""The listing of a whole program: its lines are explained, and found, further down."""

_SPAN = re.compile(r"</?span\b[^>]*>")
_FEED = FOLDER / "templates" / "feed.xml"
"""Replaces the template of the feed's plugin, which does not escape authors and categories."""

_CREATOR = "*[local-name()='creator']"
"""Where the style sheet of the feed finds an author in our template."""

_log = logging.getLogger("mkdocs.plugins.elevenlines")
"""`--strict` counts the warnings of loggers below this name."""


class Plugin(BasePlugin):  # type: ignore[no-untyped-call,type-arg]
    """Renders the staged tree as a site.

    Events without a priority of their own run behind those of the plugins that it loads.
    """

    settings: Settings

    def load_config(self, options: Any, config_file_path: str | None = None) -> Any:  # noqa: ARG002
        """Read the settings of the site; return the mistakes in them as MkDocs wants them."""
        super().load_config({})  # our options have types that MkDocs does not check
        try:
            self.settings = read_settings(Path(config_file_path or "mkdocs.yml"))
        except BadProject as bad:
            return [("options", str(bad))], []
        return [], []

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Note what the plugins that are loaded later must be told, too."""
        self.command, self.dirty = command, dirty

    @event_priority(200)  # before the plugins that are loaded here read the settings
    def on_config(self, config: Any) -> Any:
        """Add what every site sets.

        Categories and tags have addresses of their own, however their names are spelled. Without a
        picture, the feed's plugin would write the address `None`.
        """
        values = read_mkdocs_file(Path(config.config_file_path)).values
        make_env = config.theme.get_env
        config.theme.get_env = lambda: listed(make_env())
        root = Path(config.config_file_path).parent
        self._kept = KeptPages(root, values, config)
        self._layouts = KeptLayouts(root, values, config)
        self._templates = CompiledTemplates(root, shared_by_all(values, config))
        add_defaults(config, values, self.settings.options)
        load_plugins(config, self.command, dirty=self.dirty)
        if blog := config.plugins.get("material/blog"):
            blog.config.authors_profiles = self.settings.options.author_pages
        if feed := config.plugins.get("rss"):
            feed.config.image = f"{config.site_url}{self._picture(config)}"
        for plugin, option in (("blog", "categories_slugify"), ("tags", "tags_slugify")):
            if found := config.plugins.get(f"material/{plugin}"):
                setattr(found.config, option, lambda name, _separator: page_name(name))
        return config

    def on_files(self, files: Any, config: Any) -> Any:
        """Give the plain texts of pages the names that they have on the site; link static files.

        Plugins of a site may change static files in place: then they are copied.
        """
        self._kept.prune(file.src_uri for file in files)
        for file in files:
            if file.src_uri.endswith(STAGED_TEXT):
                file.dest_uri = file.src_uri.removesuffix(STAGED_TEXT) + PUBLISHED_TEXT
        if self._kept.is_on:
            link_files(files, config.docs_dir)
        return files

    def on_nav(self, nav: Any, config: Any, **_event: Any) -> Any:
        """Have the blog find its posts at once."""
        if blog := config.plugins.get("material/blog"):
            blog.blog.posts = Posts(blog.blog.posts)
        return nav

    @event_priority(101)  # before the plugin of tags, which renders with it at 100
    def on_env(self, env: Any, config: Any, files: Any) -> Any:
        """Patch the theme's templates, and let the search read code without its colour tags.

        They are most of a page's tags. The neighbours of a post are those on the path: the plugin
        of the blog takes those of the next dates.
        """
        pages = [file.page for file in files.documentation_pages() if file.page]
        menu = PathMenu(pages)
        env.globals["path_steps"] = menu.around
        self._layouts.begin(menu, pages)
        env.template_class = LaidOut
        env.globals["options"] = self.settings.options
        env.loader = PatchedLoader(env.loader)
        env.bytecode_cache = self._templates
        env.filters["escape_once"] = escape_once
        if feed := config.plugins.get("rss"):  # after its own `on_config`, which sets its template
            feed.config.stylesheet = None  # copied from the template's folder; see `on_post_build`
            feed.tpl_folder, feed.tpl_file = _FEED.parent, _FEED
        if search := config.plugins.get("material/search"):
            index = search.search_index
            index.add_entry_from_context = partial(_add_entries, index)
        return env

    @event_priority(-10)
    def on_page_markdown(self, markdown: str, page: Any, **_event: Any) -> str:
        """Have a page rendered as it was before, if nothing has changed that it is made of."""
        page.is_kept = self._kept.prepare(page, markdown)
        if not page.is_kept and page.file.src_uri.startswith("runs/"):
            from site_tools.publishing import run_record_page  # noqa: PLC0415  slow to import

            run_record_page.prepare_converters(self._templates)
        return markdown

    @event_priority(-10)
    def on_page_content(self, content: str, page: Any, config: Any, **_event: Any) -> str:
        """Make run records look like posts, and keep what was made.

        A post whose page would run something or ask a server stops the build.
        """
        name = page.file.src_uri
        if name.startswith("runs/"):
            _describe(page)
        if not page.is_kept:
            if name.startswith("runs/"):
                from site_tools.publishing import run_record_page  # noqa: PLC0415  slow to import

                content = run_record_page.content(content)
            if not self._has_faults(page, content, config) and page.kept_key:
                page.entries = _entries_of(page, content, config)
                self._kept.keep(page, content)
        return content

    @event_priority(-110)  # behind the blog, which chooses the posts of a list
    def on_page_context(self, context: Any, page: Any, **_event: Any) -> Any:
        """Point "edit this page" at the file that an author would edit; take what is kept."""
        repository, branch = self.settings.options.repository, self.settings.options.main_branch
        source = page.meta.get("source")
        is_page_of_ours = not page.file.generated_by and page.file.src_uri.endswith(".md")
        if not source and is_page_of_ours:
            source = f"docs/{page.file.src_uri}"
        page.edit_url = f"{repository}/edit/{branch}/{source}" if repository and source else None
        self._layouts.find(page, context)
        return context

    @event_priority(-10)
    def on_post_page(self, output: str, page: Any, config: Any) -> str:
        """Say in each page what a browser may run and load; keep the page."""
        if page.laid_out is None:
            output = self._with_policy(output, config)
            self._layouts.keep(page, output)
        return output

    @event_priority(-10)
    def on_post_template(self, output_content: str, template_name: str, config: Any) -> str:
        """Say the same in pages that are made of a template alone, such as that of an error."""
        is_page = template_name.endswith(".html")
        return self._with_policy(output_content, config) if is_page else output_content

    @event_priority(-10)
    def on_post_build(self, config: Any) -> None:
        """Write the style sheet with which browsers show the feeds."""
        if "rss" in config.plugins:
            source = resources.files("mkdocs_rss_plugin") / "templates" / "default.xsl"
            style = source.read_text(encoding="utf-8").replace('"author"', f'"{_CREATOR}"')
            Path(config.site_dir, "rss.xsl").write_text(style, encoding="utf-8")

    def _has_faults(self, page: Any, content: str, config: Any) -> bool:
        """Warn of whatever the text of a post has that runs or asks a server: a build stops."""
        name, faults = page.file.src_uri, []
        if name.startswith(OF_POSTS):
            faults = list(page_faults(content, self._trust(config)))
        for fault in faults:
            what = f"{name}: its page would have {fault}, which may run code or ask a server."
            _log.warning("%s Take it out of the text.", what)
        return bool(faults)

    def _trust(self, config: Any) -> Trust:
        return self.settings.trust.with_site(config.site_url)

    def _with_policy(self, page: str, config: Any) -> str:
        files = map(str, [*config.extra_javascript, *config.extra_css])
        return with_policy(page, self._trust(config), files)

    def _picture(self, config: Any) -> str:
        """Return the picture of the feed: the logo as PNG, if there is one, or the social card."""
        logo = str(Path(self.settings.logo).with_suffix(".png"))
        return logo if Path(config.docs_dir, logo).is_file() else "assets/card.png"


def _describe(page: Any) -> None:
    """Describe a run record, and keep it out of the search index."""
    page.meta["search"] = {"exclude": True}
    title = html.unescape(page.title)
    page.meta["description"] = f"{title}. Every cell, its output and its time."


def _add_entries(index: Any, page: Any) -> None:
    """Add what the search finds on a page to its index."""
    entries = getattr(page, "entries", None)
    if entries is None:
        type(index).add_entry_from_context(index, _without_colours(page))
    else:
        index.entries += entries


def _entries_of(page: Any, content: str, config: Any) -> list[Any]:
    """Return what the search finds on a page with this content."""
    search = config.plugins.get("material/search")
    if search is None or not search.config.enabled:
        return []
    index, shown = copy(search.search_index), copy(page)
    index.entries, shown.content, shown.entries = [], content, None
    _add_entries(index, shown)
    found: list[Any] = index.entries
    return found


def _without_colours(page: Any) -> Any:
    plain = copy(page)
    once = _PROGRAM.sub("", page.content)
    plain.content = _CODE.sub(lambda code: _SPAN.sub("", code[0]), once)
    return plain
