"""Small faults in Material's templates, and the text that mends each.

A copy of a whole template would miss what later versions change. So the theme's own text is
mended as it is loaded, and a text that is no longer there is an error: then the theme has changed,
and somebody must look whether the fault is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jinja2 import BaseLoader, Environment

from site_tools.model.errors import BadProject


@dataclass(frozen=True, slots=True)
class Mend:
    """One text of a template, and what stands there instead."""

    template: str
    old: str
    new: str


_TOGGLE = 'type="checkbox" id="__%s" autocomplete="off">'
_HELD = 'type="checkbox" id="__%s" form="__toggles" aria-label="%s">'
_SECTION = 'id="{{ path }}_label" tabindex="{{ tabindex }}"'

MENDS = (
    # Titles and descriptions are plain text.
    *(
        Mend(template, f"{before}{{{{ {text} }}}}", f"{before}{{{{ {text} | e }}}}")
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
    # HTML knows no autocomplete for checkboxes, but Firefox heeds it: else a reload would open
    # what was open before. It may stand on a form that they belong to.
    Mend(
        "base.html",
        '<input class="md-toggle" data-md-toggle="drawer" ' + _TOGGLE % "drawer",
        '<form id="__toggles" autocomplete="off" hidden></form>\n'
        '    <input class="md-toggle" data-md-toggle="drawer" ' + _HELD % ("drawer", "Navigation"),
    ),
    Mend("base.html", _TOGGLE % "search", _HELD % ("search", "Search")),
    # Named, and reached, by those who do not see it.
    Mend(
        "partials/search.html",
        'role="dialog"',
        'role="dialog" aria-label="{{ lang.t(\'search\') }}"',
    ),
    # An empty tabindex is no number; what opens a list of contents needs a name.
    Mend(
        "partials/nav-item.html",
        _SECTION,
        'id="{{ path }}_label" {% if tabindex %}tabindex="{{ tabindex }}"{% endif %}',
    ),
    Mend(
        "partials/nav-item.html",
        'type="checkbox" id="__toc">',
        'type="checkbox" id="__toc" aria-label="{{ lang.t(\'toc\') }}">',
    ),
    # On pages outside of the navigation, a post or a run record, nothing bears this name.
    Mend(
        "partials/toc.html",
        'class="md-nav__title" for="__toc"',
        'class="md-nav__title" {% if page in nav.pages %}for="__toc"{% endif %}',
    ),
    # The theme's script need not keep readers waiting for the first paint.
    Mend(
        "base.html",
        "<script src=\"{{ 'assets/javascripts/bundle.",
        "<script defer src=\"{{ 'assets/javascripts/bundle.",
    ),
    # Landmarks without a name, or that are none.
    *(
        Mend(template, f'<nav class="{name}">', f'<nav class="{name}" {attribute}>')
        for template, name, attribute in (
            ("partials/post.html", "md-post__authors md-typeset", 'role="presentation"'),
            ("partials/post.html", "md-post__action", 'role="presentation"'),
        )
    ),
)


class MendedLoader(BaseLoader):
    """Loads templates as another loader does, mended."""

    def __init__(self, loader: BaseLoader) -> None:
        self._loader = loader

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return a template's mended text, where it stands, and whether it is still the same.

        Raises BadProject when a text to mend is not there.
        """
        text, path, is_current = self._loader.get_source(environment, template)
        return mended(template, text), path, is_current

    def list_templates(self) -> list[str]:
        """Return the names of all templates."""
        return self._loader.list_templates()


def mended(template: str, text: str) -> str:
    """Return a template's text with its faults mended."""
    for mend in MENDS:
        if mend.template == template:
            if mend.old not in text:
                what = f"The theme's {template} has no `{mend.old}` any more."
                raise BadProject(f"{what} Look whether site_tools/mends.py still has to mend it.")
            text = text.replace(mend.old, mend.new)
    return text
