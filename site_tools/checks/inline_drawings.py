"""SVG inside of HTML → pictures, which a browser draws without running anything of them.

In a picture no script runs, nothing is loaded, and no style or id reaches the page around it.
"""

from __future__ import annotations

import base64
import re
import string
from html import escape, unescape
from urllib.parse import unquote_to_bytes

import nh3

from site_tools.checks import svg_cleaning

_TAG = re.compile(r"<(/?)svg\b[^>]*>")
_ADDRESS = re.compile(r"(?is)data:image/svg\+xml(?P<options>[^,]*),(?P<data>.*)")
_NAME = re.compile(r'^<svg\b[^>]*\saria-label="([^"]+)"|<title[^>]*>([^<]+)</title>')
_SHAPE = re.compile(r"<(?:circle|ellipse|image|line|path|poly|rect|text|use)")
_SPACES = (("xmlns", svg_cleaning.SVG), ("xmlns:xlink", svg_cleaning.XLINK))


def with_pictures(html: str, elements: set[str]) -> str:
    """Return HTML in which each drawing is a picture; what else it has is among `elements`.

    Attributes stay, and must be cleaned afterwards: what is said here is only where drawings are.
    """
    if "<svg" not in html.lower():
        return html
    parsed = nh3.clean(
        html,
        tags=elements | svg_cleaning.ELEMENTS,
        clean_content_tags={"math", "noscript", "script", "template"},
        attributes={},
        generic_attribute_prefixes=set(string.ascii_letters),
        url_schemes={"data", "http", "https", "mailto"},
        link_rel=None,
    )
    parts, end, depth, start = [], 0, 0, 0
    for tag in _TAG.finditer(parsed):
        if not depth:
            start = tag.start()
        depth += -1 if tag[1] else 1
        if not depth:
            parts += [parsed[end:start], _picture(parsed[start : tag.end()])]
            end = tag.end()
    return "".join([*parts, parsed[end:]])


def cleaned_address(address: str) -> str:
    """Return the data of a drawing, cleaned, as an address; empty when they are none."""
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        return ""
    try:
        data = unquote_to_bytes(found["data"])
        if found["options"].lower().endswith(";base64"):
            data = base64.b64decode(b"".join(data.split()), validate=True)
        drawing = svg_cleaning.cleaned(data.decode("utf-8"))
    except ValueError:
        return ""
    return _address(drawing) if drawing else ""


def drawing_in(address: str) -> str:
    """Return the drawing that a clean address holds; empty for other pictures."""
    head, _, data = address.partition(",")
    return base64.b64decode(data).decode("utf-8") if head == _HEAD else ""


_HEAD = "data:image/svg+xml;base64"


def _address(drawing: str) -> str:
    return f"{_HEAD},{base64.b64encode(drawing.encode('utf-8')).decode('ascii')}"


def _picture(parsed: str) -> str:
    """Return a drawing, as HTML is serialised, as a picture; empty when there is nothing in it."""
    drawing = svg_cleaning.cleaned(_as_xml(parsed))
    if drawing is None or not _SHAPE.search(drawing):
        return ""
    name = _NAME.search(parsed)
    alt = " ".join(unescape(name[1] or name[2]).split()) if name else ""
    return f'<img alt="{escape(alt)}" src="{_address(drawing)}">'


def _as_xml(drawing: str) -> str:
    """Return a drawing with the namespaces that HTML implies, and without its named entity."""
    text = drawing.replace("&nbsp;", "\u00a0")
    for name, space in _SPACES:
        if not re.match(rf"<svg\b[^>]*\s{name}=", text):
            text = text.replace("<svg", f'<svg {name}="{space.strip("{}")}"', 1)
    return text
