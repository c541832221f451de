"""What a browser asks for when it shows HTML: pictures, styles, frames and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from site_tools.posts.html_tags import Tag

_LOADING = frozenset({"background", "data", "poster", "src"})
_LISTS = frozenset({"attributionsrc", "imagesrcset", "ping", "srcset"})
"""Attributes whose values are lists of addresses."""

_FOLLOWED = frozenset({"a", "area"})
"""Elements whose `href` is asked for only when a reader follows it."""

_URL = re.compile(r"""url\(\s*["']?([^"')]*)""", re.IGNORECASE)
_QUOTED = re.compile(r"""["']([^"']*)["']""")
_STYLE_ELEMENT = re.compile(r"<style\b[^>]*>(.*?)(?:</style|\Z)", re.IGNORECASE | re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?|\\(.)", re.IGNORECASE)


def loaded_by(tag: Tag) -> Iterator[str]:
    """Yield the addresses that a browser asks for when it shows an element."""
    for name, value in tag.attributes:
        plain = name.rpartition(":")[2]
        if plain in _LISTS:
            yield from filter(None, re.split(r"[\s,]+", value))
        elif plain in _LOADING or (plain == "href" and tag.name not in _FOLLOWED):
            yield value
        elif name == "style":
            yield from loaded_by_style(value)
        else:
            yield from _URL.findall(value)


def styles_in(html: str) -> Iterator[tuple[int, str]]:
    """Yield the offset and the text of each `<style>` in HTML."""
    for found in _STYLE_ELEMENT.finditer(html):
        yield found.start(), found[1]


def loaded_by_style(css: str) -> Iterator[str]:
    """Yield the addresses in CSS, also those of `@import` and `image-set` without `url`."""
    plain = _ESCAPE.sub(_unescaped, css)
    yield from _URL.findall(plain)
    yield from (text for text in _QUOTED.findall(plain) if "//" in text)


def _unescaped(escape: re.Match[str]) -> str:
    try:
        return chr(int(escape[1], 16)) if escape[1] else escape[2]
    except ValueError:
        return ""
