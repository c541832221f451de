"""SVG as a post has drawn it → SVG that only draws.

An SVG that a reader opens by itself is a document of the site: its scripts run there, and it may
ask other servers. Kept are the elements below, and links to other pages. A drawing without anything
else stays as it is, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET  # only to write: defusedxml parses

from defusedxml import ElementTree, common

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"

_SHAPES = (
    "circle ellipse g line path polygon polyline rect svg switch symbol text textPath tspan use"
)
_PAINT = "clipPath defs linearGradient marker mask pattern radialGradient stop style view"
_WORDS = "a desc metadata title"
_FILTERS = """feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix
feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG
feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting
feSpotLight feTile feTurbulence filter image"""
_MOTION = "animate animateMotion animateTransform mpath"
ELEMENTS = frozenset(f"{_SHAPES} {_PAINT} {_WORDS} {_FILTERS} {_MOTION}".split())
"""The elements that draw, explain or move. Not script, foreignObject, set, handler and iframe."""

_INERT = (
    "{http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "{http://purl.org/dc/",
    "{http://creativecommons.org/ns#",
    "{http://www.inkscape.org/namespaces/",
    "{http://sodipodi.sourceforge.net/",
)
"""Where the names begin that programs write into `<metadata>`, as matplotlib does."""

_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[\w+/=\s]*", re.ASCII)
_LOCAL_URL = re.compile(r"""url\(\s*(["']?)#[\w.:-]+\1\s*\)""", re.IGNORECASE)
_ASKS = re.compile(r"url\s*\(|@import|image-set|image\s*\(|expression|\\", re.IGNORECASE)
"""What CSS loads with; a backslash may spell any of it."""

_NO_STYLE = {"aria-label", "class", "d", "id", "label"}
"""Attributes in which a backslash or a word is only that."""

_BLANK = re.compile(r"[\x00-\x20]")
_DECLARATION = re.compile(r"\ufeff?\s*<\?xml\s[^?]*\?>")
_IS_UTF8 = re.compile(
    r"""<\?xml version=["']1\.\d["'](?: encoding=["']utf-8["'])?(?:(?!encoding)[^?])*\?>""",
    re.IGNORECASE,
)


def cleaned(svg: str) -> str | None:
    """Return a drawing without what could run or ask a server; None when it is no SVG."""
    declaration = _DECLARATION.match(svg)
    text = svg[declaration.end() :] if declaration else svg
    try:
        root = ElementTree.fromstring(text)
        if root.tag != f"{SVG}svg":
            return None
        # In another encoding, or by a style sheet, a browser may read another text than we do.
        same = "<?" not in text and (not declaration or bool(_IS_UTF8.fullmatch(declaration[0])))
        if not _clean(root) and same:
            return svg
        return ET.tostring(root, encoding="unicode")
    except (ElementTree.ParseError, common.DefusedXmlException, RecursionError, ValueError):
        return None


def cleaned_file(path: Path) -> bytes | None:
    """Return a file's drawing, cleaned; None when it is no SVG in UTF-8, which `.svgz` is not."""
    try:
        svg = cleaned(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return None
    return svg.encode("utf-8") if svg is not None else None


def _clean(root: ET.Element) -> bool:
    """Remove what must not stay; return whether there was any."""
    changed = False
    waiting = [root]
    while waiting:
        element = waiting.pop()
        changed |= _clean_attributes(element)
        if element.tag == f"{SVG}style" and _ASKS.search(_LOCAL_URL.sub("", element.text or "")):
            element.text, changed = "", True
        for child in list(element):
            if _may_stay(child):
                waiting.append(child)
            else:
                _remove(element, child)
                changed = True
    return changed


def _may_stay(element: ET.Element) -> bool:
    """Return whether an element draws, or does nothing in a browser."""
    space, _, name = str(element.tag).rpartition("}")
    if f"{space}}}" == SVG:
        moved = (element.get("attributeName") or "").lower()
        return name in ELEMENTS and not moved.endswith("href") and not moved.startswith("on")
    return space.startswith(_INERT)


def _remove(parent: ET.Element, child: ET.Element) -> None:
    """Remove a child; the text behind it stays."""
    index = list(parent).index(child)
    if child.tail:
        if index:
            parent[index - 1].tail = (parent[index - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    del parent[index]


def _clean_attributes(element: ET.Element) -> bool:
    bad = list(_bad_attributes(element))
    for name in bad:
        del element.attrib[name]
    return bool(bad)


def _bad_attributes(element: ET.Element) -> Iterator[str]:
    for name, value in element.attrib.items():
        plain = name.rpartition("}")[2].lower()
        if plain.startswith("on") or plain in {"base", "src", "formaction", "srcdoc"}:
            yield name
        elif plain == "href":
            if not _href_is_fine(str(element.tag).removeprefix(SVG), value):
                yield name
        elif plain not in _NO_STYLE and _ASKS.search(_LOCAL_URL.sub("", value)):
            yield name


def _href_is_fine(element: str, value: str) -> bool:
    """Return whether an element may refer to this: parts of the drawing, pictures inside of it.

    A link may lead to another page.
    """
    address = _BLANK.sub("", value)
    if address.startswith("#"):
        return True
    if element == "image":
        return bool(_PICTURE.fullmatch(value))
    return element == "a" and urlsplit(address).scheme in {"http", "https", "mailto"}


for _prefix, _space in (("", SVG), ("xlink", XLINK)):
    ET.register_namespace(_prefix, _space.strip("{}"))
