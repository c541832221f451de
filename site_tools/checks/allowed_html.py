"""The HTML that prose may use: elements, attributes, and how an address may begin."""

from __future__ import annotations

import re
from html import unescape

TEXT_ELEMENTS = """a abbr b bdi bdo br cite code del dfn em i ins kbd mark q rp rt ruby s samp small
span strong sub sup time u var wbr"""
"""Those for words in a line, of posts and of what a cell shows."""

_BLOCKS = """article aside blockquote center col colgroup caption dd details div dl dt figcaption
figure h2 h3 h4 h5 h6 hr li ol p pre section summary table tbody td tfoot th thead tr ul"""
_MEDIA = "audio img picture source track video"
ELEMENTS = frozenset(f"{TEXT_ELEMENTS} {_BLOCKS} {_MEDIA}".split())
"""The elements of HTML that prose may use."""

_WORDS = """align alt cite class colspan controls datetime dir download height hidden href id kind
label lang loading loop markdown muted open poster preload rel reversed role rowspan scope src
srclang start target title type valign value width"""
_ATTRIBUTES = frozenset(_WORDS.split())
"""Their attributes, besides those whose names begin with `aria-`."""

_NAMED = frozenset({"a", "details"})
"""Elements that may have a `name`. That of a picture hides what `document` has by that name."""

ADDRESSES = frozenset({"href", "src", "poster", "cite"})
"""Attributes that hold an address."""

SCHEMES = frozenset({"", "http", "https", "mailto", "tel"})
"""How an address may begin. `javascript:` runs code, and so may `data:`."""

PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml)[;,]", re.IGNORECASE)
"""How a picture begins that is written into the page; in `<img>`, even SVG runs nothing."""

_BLANKS = re.compile(r"[\x00-\x20]")
_SLASHES = re.compile(r"(?i)^(https?:)?/{2,}")


def may_have(element: str, name: str) -> bool:
    """Return whether an element in prose may have an attribute; none for one in braces."""
    low = name.lower()
    return low in _ATTRIBUTES or low.startswith("aria-") or (low == "name" and element in _NAMED)


def plain_address(address: str) -> str:
    """Return an address as a browser understands it: without entities, blanks and more slashes."""
    plain = _BLANKS.sub("", unescape(address)).replace("\\", "/")
    return _SLASHES.sub(r"\g<1>//", plain)


def scheme_of(address: str) -> str:
    """Return how a plain address begins, in lower case: `https`; empty for a relative one."""
    head, colon, _ = address.partition(":")
    return head.lower() if colon and not set(head) & set("/?#") else ""
