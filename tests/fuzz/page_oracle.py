"""What a page of a post may have, by the parser that browsers agree on.

Written apart from the product's own rules, which are what it tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from bs4 import BeautifulSoup, Tag

_TEXT = """a abbr b bdi bdo blockquote br cite code dd del dfn em hr i ins kbd li mark ol p pre q rp
rt ruby s samp small span strong sub sup time u ul var wbr"""
_BLOCKS = """article aside caption center col colgroup details div dl dt figcaption figure footer h1
h2 h3 h4 h5 h6 header nav section summary table tbody td tfoot th thead tr"""
_MEDIA = "audio img picture source track video"
_DRAWINGS = "circle defs g line path polygon polyline rect svg text tspan use"
_FORMULAS = """annotation math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom
mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder
munderover semantics"""
_OURS = "button input label"
"""Tasks, tabs and the buttons of the theme."""

ELEMENTS = set(f"{_TEXT} {_BLOCKS} {_MEDIA} {_DRAWINGS} {_FORMULAS} {_OURS}".split())

_ADDRESSES = {"href", "src", "poster", "cite", "xlink:href", "longdesc"}
_FORBIDDEN = re.compile(
    r"on.*|action|formaction|srcdoc|srcset|ping|background|data|codebase|http-equiv|form|nonce"
    r"|xmlns:.*|contenteditable|autofocus|accesskey|is|slot|part|target|manifest|profile|classid"
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml)[;,]", re.IGNORECASE)
_STYLE = re.compile(r"[\\@]|url|expression|position|image|behaviou?r|import", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")


def unsafe_in(html: str) -> list[str]:
    """Return what the article of a page has and must not have."""
    soup = BeautifulSoup(html, "html5lib")
    article = soup.select_one("article")
    assert article is not None, "the page has no article"
    found = [repr(sign) for sign in _CONTROL.findall(html)]
    for tag in article.find_all():
        if tag.name not in ELEMENTS:
            found.append(f"<{tag.name}>")
        found += [f"<{tag.name} {name}={value!r}>" for name, value in _unsafe(tag)]
    return found


def _unsafe(tag: Tag) -> Iterator[tuple[str, str]]:
    for name, values in tag.attrs.items():
        value = values if isinstance(values, str) else " ".join(values)
        low = name.lower()
        faults = (
            _FORBIDDEN.fullmatch(low) and (tag.name, low) != ("a", "target"),
            low == "style" and _STYLE.search(unescape(value)),
            low in _ADDRESSES and not _is_safe(tag.name, value),
        )
        if any(faults):
            yield name, value


def _is_safe(element: str, address: str) -> bool:
    """Return whether an address runs nothing, and loads nothing from another server."""
    plain = re.sub(r"[\x00-\x20]", "", address).replace("\\", "/")
    scheme = _SCHEME.match(plain)
    loads = element in {"audio", "img", "source", "track", "video", "use", "input"}
    if loads:
        own = plain.startswith("http://localhost:8000/")
        is_relative = not scheme and not plain.startswith("//")
        return own or is_relative or bool(_PICTURE.match(plain))
    return not scheme or scheme[1].lower() in {"http", "https", "mailto", "tel"}
