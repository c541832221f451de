"""What the text of a rendered page has and must not have, whatever wrote it."""

from __future__ import annotations

import re

from site_tools.checks.allowed_html import ADDRESSES, PICTURE, SCHEMES, plain_address, scheme_of
from site_tools.checks.loaded_addresses import loaded_by, loaded_by_style, styles_in
from site_tools.model.text import SHOWN, cut
from site_tools.posts.html_tags import tags_of
from site_tools.posts.site_settings import Trust

_RUNNING = """applet base embed foreignobject form frame frameset iframe link meta noembed noframes
noscript object plaintext portal script style template textarea title xmp"""
_FORBIDDEN = frozenset(_RUNNING.split())
"""Elements that the text of a post's page must not have, whatever wrote them."""

_STYLE = re.compile(r"url|\\|@|expression|position|image", re.IGNORECASE)


def page_faults(html: str, trust: Trust) -> list[str]:
    """Return what the text of a page has and must not have.

    `html_problems` checks what the author wrote. Where a renderer reads that text in another
    way, this notices it.
    """
    found = []
    for tag in tags_of(html):
        if tag.name in _FORBIDDEN and not trust.html:
            found.append(f"<{tag.name}>")
        found += [
            f"<{tag.name} {name}={cut(value, SHOWN)!r}>"
            for name, value in tag.attributes
            if not _is_fine(tag.name, name, value, trust)
        ]
        found += [
            f"<{tag.name}> with {cut(address, SHOWN)!r}"
            for address in loaded_by(tag)
            if not _is_loaded(address, trust)
        ]
    styles = [one for _, css in styles_in(html) for one in loaded_by_style(css)]
    found += [f"<style> with {cut(one, SHOWN)!r}" for one in styles if not _is_loaded(one, trust)]
    return list(dict.fromkeys(found))


def _is_fine(element: str, name: str, value: str, trust: Trust) -> bool:
    """Return whether an attribute runs nothing."""
    value = plain_address(value)
    if trust.html or name in {"src", "poster"}:
        return True
    if name == "style":
        return not _STYLE.search(value)
    if name.rpartition(":")[2] in ADDRESSES and not name.startswith("on"):
        return value.startswith("#") or (element != "use" and scheme_of(value) in SCHEMES)
    return not name.startswith("on") and name not in {"srcdoc", "action", "formaction"}


def _is_loaded(address: str, trust: Trust) -> bool:
    """Return whether a page may load what is at an address."""
    plain = plain_address(address)
    if trust.html and scheme_of(plain) == "data":
        return True
    return bool(PICTURE.match(f"{plain},")) or trust.loads(plain)
