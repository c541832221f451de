"""Patches for small faults in Material's templates.

A copy of a template would miss what later versions change. So the theme's own text is patched when
it is loaded. A text that is no longer found is an error: the theme has changed, and the patch must
be checked again.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from jinja2 import BaseLoader, Environment

from site_tools.model.errors import BadProject
from site_tools.publishing.content_policy import with_marked_scripts


@dataclass(frozen=True, slots=True)
class Patch:
    """A text of a template, and its replacement."""

    template: str
    old: str
    new: str


_TOGGLE = 'type="checkbox" id="__%s" autocomplete="off">'
_HELD = 'type="checkbox" id="__%s" form="__toggles" aria-label="%s">'
_SECTION = 'id="{{ path }}_label" tabindex="{{ tabindex }}"'

PATCHES = (
    # Titles and descriptions are plain text.
    *(
        Patch(template, f"{before}{{{{ {text} }}}}", f"{before}{{{{ {text} | e }}}}")
        for template, before, text in (
            ("base.html", 'content="', "page.meta.description"),
            ("base.html", "<title>", "page.meta.title"),
            ("base.html", "<title>", "page.title | striptags"),
            ("partials/header.html", "", "page.meta.title"),
            ("partials/footer.html", "", "page.previous_page.title"),
            ("partials/footer.html", "", "page.next_page.title"),
            ("fragments/tags/default/listing.html", "", "mapping.item.title"),
        )
    ),
    # Names of categories, tags and authors are plain text. Titles are too, or already HTML if they
    # come from a heading; `escape_once` is right for both.
    *(
        Patch(template, f"{{{{{before}{text}{after}}}}}", f"{{{{{before}{text} | {how}{after}}}}}")
        for template, before, text, after, how in (
            ("base.html", " ", "page.meta.author", " ", "e"),
            ("partials/header.html", " ", "page.title", " ", "escape_once"),
            ("partials/nav-item.html", " ", "nav_item.title", " ", "escape_once"),
            ("partials/path-item.html", " ", "nav_item.title", " ", "escape_once"),
            ("partials/toc-item.html", " ", "toc_item.title", " ", "escape_once"),
            ("partials/tabs-item.html", " ", "ref.title", " ", "escape_once"),
            ("partials/post.html", "- ", "category.title", " -", "escape_once"),
            ("partials/post.html", " ", "author.avatar | url", " ", "e"),
            ("partials/post.html", " ", "author.name", " ", "e"),
            ("partials/tags.html", "- ", "tag.name", " -", "e"),
            ("fragments/tags/default/tag.html", "- ", "tag.name", " -", "e"),
        )
    ),
    # HTML has no `autocomplete` for checkboxes, but without it Firefox opens after a reload what
    # was open before. It is valid on the form that they belong to.
    Patch(
        "base.html",
        '<input class="md-toggle" data-md-toggle="drawer" ' + _TOGGLE % "drawer",
        '<form id="__toggles" autocomplete="off" hidden></form>\n'
        '    <input class="md-toggle" data-md-toggle="drawer" ' + _HELD % ("drawer", "Navigation"),
    ),
    Patch("base.html", _TOGGLE % "search", _HELD % ("search", "Search")),
    # A name for screen readers.
    Patch(
        "partials/search.html",
        'role="dialog"',
        'role="dialog" aria-label="{{ lang.t(\'search\') }}"',
    ),
    # An empty tabindex is no number; what opens a list of contents needs a name.
    Patch(
        "partials/nav-item.html",
        _SECTION,
        'id="{{ path }}_label" {% if tabindex %}tabindex="{{ tabindex }}"{% endif %}',
    ),
    Patch(
        "partials/nav-item.html",
        'type="checkbox" id="__toc">',
        'type="checkbox" id="__toc" aria-label="{{ lang.t(\'toc\') }}">',
    ),
    # On pages outside of the navigation, a post or a run record, nothing bears this name.
    Patch(
        "partials/toc.html",
        'class="md-nav__title" for="__toc"',
        'class="md-nav__title" {% if page in nav.pages %}for="__toc"{% endif %}',
    ),
    # The menu of a phone leads along the path.
    Patch(
        "partials/nav.html",
        '<ul class="md-nav__list" data-md-scrollfix>',
        '<ul class="md-nav__list" data-md-scrollfix>{% include "partials/path-steps.html" %}',
    ),
    # It opens there for a post, not inside the section that lists all posts.
    Patch(
        "partials/nav-item.html",
        '"checked" if nav_item.active %}',
        '"checked" if nav_item.active and not page.meta.neighbours %}',
    ),
    # The theme's script need not keep readers waiting for the first paint.
    Patch(
        "base.html",
        "<script src=\"{{ 'assets/javascripts/bundle.",
        "<script defer src=\"{{ 'assets/javascripts/bundle.",
    ),
    # A result that a similar word has found says "Missing", and strikes out the word of the reader.
    Patch(
        "base.html",
        'lang.t("search.result.term.missing")',
        '"Not in this text" if config.theme.language == "en" '
        'else lang.t("search.result.term.missing")',
    ),
    # Landmarks without a name, or that are none.
    *(
        Patch(template, f'<nav class="{name}">', f'<nav class="{name}" {attribute}>')
        for template, name, attribute in (
            ("partials/post.html", "md-post__authors md-typeset", 'role="presentation"'),
            ("partials/post.html", "md-post__action", 'role="presentation"'),
        )
    ),
)


_ENTITY = re.compile(r"&amp;(#\d+|#x[\da-f]+|\w+);", re.IGNORECASE)


def escape_once(text: object) -> str:
    """Return text as HTML that shows it; the entities in it stay as they are."""
    return _ENTITY.sub(r"&\1;", html.escape(str(text)))


class PatchedLoader(BaseLoader):
    """Loads the templates of another loader, and patches them."""

    def __init__(self, loader: BaseLoader) -> None:
        self._loader = loader

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return a template's patched text, its path, and a test whether it is current.

        Raises BadProject when a text to replace is not found.
        """
        text, path, is_current = self._loader.get_source(environment, template)
        return with_marked_scripts(patched(template, text)), path, is_current

    def list_templates(self) -> list[str]:
        """Return the names of all templates."""
        return self._loader.list_templates()


def patched(template: str, text: str) -> str:
    """Return a template's text with all of its patches applied."""
    for patch in PATCHES:
        if patch.template == template:
            if patch.old not in text:
                what = f"The theme's {template} no longer contains `{patch.old}`."
                raise BadProject(
                    f"{what} Check its patch in site_tools/publishing/theme_patches.py."
                )
            text = text.replace(patch.old, patch.new)
    return text
