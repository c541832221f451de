"""HTML as a cell has shown it → HTML that a page may show: an allow-list, by nh3.

A page runs nothing of a post and asks no other server. Kept are text, lists, tables, links and
pictures whose data are part of the HTML. Scripts, styles, classes, ids and event handlers are not.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape, unescape

import nh3

from site_tools.checks.allowed_html import TEXT_ELEMENTS, plain_address, scheme_of
from site_tools.checks.inline_drawings import cleaned_address, with_pictures
from site_tools.model.terminal_text import without_unseen

_BLOCKS = """blockquote caption col colgroup dd details div dl dt figcaption figure
h1 h2 h3 h4 h5 h6 hr li ol p pre summary table tbody td tfoot th thead tr ul"""
ELEMENTS = frozenset(f"{TEXT_ELEMENTS} {_BLOCKS} img".split())

_DROPPED = {"math", "noembed", "noframes", "noscript", "script", "style", "template", "title",
            "xmp"}  # fmt: skip
"""Elements that are removed with all that is in them. Of all others the text stays."""

_INERT = {"script", "style"}

NEEDS_MORE = {"applet", "audio", "button", "canvas", "embed", "form", "frame", "frameset", "iframe",
              "input", "meter", "object", "progress", "select", "textarea", "video"}  # fmt: skip
"""Elements that show something only with a script, another server, or a style of their own."""

LONGEST = 200_000
"""Characters of an output's HTML. A table of 60 rows and 20 columns has 60,000."""

DEEPEST = 100
"""Elements inside of each other; nh3 takes a second for 20,000."""

_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "bdo": {"dir"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"reversed", "start"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"abbr", "colspan", "rowspan", "scope", "style"},
    "time": {"datetime"},
}
_SCHEMES = {"http", "https", "mailto"}
_ALIGNED = re.compile(r"(?:^|;)\s*text-align\s*:\s*(left|right|center)\s*(?:;|$)")
_NUMBER = re.compile(r"\d{1,4}")
_ANY = re.compile(r".*", re.DOTALL)
_NUMBERS = ("colspan", "height", "rowspan", "span", "start", "value", "width")
_VALUES = {
    **dict.fromkeys(_NUMBERS, _NUMBER),
    "dir": re.compile("ltr|rtl|auto"),
    "scope": re.compile("(?:col|row)(?:group)?"),
    "src": re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[\w+/=\s]*", re.ASCII),
}
"""What may be the values of attributes; a picture's data are part of the HTML."""
_NO_PICTURE = re.compile(r"<img(?![^>]* src=)[^>]*>")
_NO_ALT = re.compile(r'<img(?![^>]* alt="[^"]+)(?: alt="")?')
_IS_SEEN = re.compile(r"<(?:img|hr)\b")
_START_OR_END = re.compile(r"<(/?)([a-zA-Z]+)")
_VOID = {"br", "col", "dd", "dt", "hr", "img", "li", "p", "td", "th", "tr", "wbr"}
"""Elements that need no end, or of which one ends another."""

_TAG = re.compile(r"<[^>]*>")
_HEADING = re.compile(r"<(/?)h[1-6]((?: [^>]*)?)>")
_ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL)
_HEADER = re.compile(r"<th(?P<attributes>(?: [^>]*)?)>(?P<content>.*?)</th>", re.DOTALL)


def excess(html: str) -> str:
    """Return what there is too much of in HTML, as the end of a sentence; empty for nothing."""
    if len(html) > LONGEST:
        return f"has {len(html):,} characters; a page shows {LONGEST:,}"
    if _depth(html) > DEEPEST:
        return f"has more than {DEEPEST} elements inside of each other"
    return ""


def fault(html: str) -> str:
    """Return why a page cannot show HTML, as the end of a sentence; empty when it can."""
    if found := excess(html):
        return found
    rest = nh3.clean(html, tags=NEEDS_MORE, clean_content_tags=_INERT, attributes={})
    if element := re.search(r"<(\w+)", rest):
        name = element[1]
        return f"has `<{name}>`, which shows nothing without a script, a style or another server"
    return (
        "" if cleaned(html) else "has nothing that a page can show: scripts and styles are left out"
    )


def cleaned(html: str) -> str:
    """Return HTML that runs nothing and loads nothing; empty when nothing of it can be seen.

    It takes long where elements are deep in each other, so there must be no `excess`.
    """
    clean = nh3.clean(
        with_pictures(without_unseen(html), set(ELEMENTS)),
        tags=set(ELEMENTS),
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=_SCHEMES | {"data"},
        link_rel=None,
    )
    clean = _NO_PICTURE.sub("", clean)
    if not words_of(clean).strip() and not _IS_SEEN.search(clean):
        return ""
    return _ROW.sub(_with_scopes, _HEADING.sub(_as_text, clean)).strip()


def words_of(html: str) -> str:
    """Return the text of clean HTML."""
    return unescape(_TAG.sub(" ", html))


def has_picture_without_alt(html: str) -> bool:
    """Return whether clean HTML has a picture without an alternative text."""
    return bool(_NO_ALT.search(html))


def with_alt(html: str, alt: str) -> str:
    """Return clean HTML whose pictures without a text have this one."""
    return _NO_ALT.sub(f'<img alt="{escape(alt)}"', html)


def _depth(html: str) -> int:
    """Return how many elements are open at once, at most; those that are never closed count."""
    deepest = depth = 0
    counts: Counter[str] = Counter()
    for tag in _START_OR_END.finditer(html):
        name = tag[2].lower()
        if name in _VOID or (tag[1] and not counts[name]):
            continue
        step = -1 if tag[1] else 1
        counts[name] += step
        depth += step
        deepest = max(deepest, depth)
    return deepest


def _attribute(_element: str, name: str, value: str) -> str | None:
    """Return the value that an attribute may have; None removes it."""
    if name == "style":
        aligned = _ALIGNED.search(value.lower())
        return f"text-align: {aligned[1]}" if aligned else None
    if name == "src" and (drawing := cleaned_address(value)):
        return drawing
    if name == "href":
        fits = scheme_of(plain_address(value)) in _SCHEMES
    else:
        fits = bool(_VALUES.get(name, _ANY).fullmatch(value))
    return value if fits else None


def _as_text(tag: re.Match[str]) -> str:
    """Return a heading's tag as a paragraph's: an output is not part of the page's outline."""
    return "</strong></p>" if tag[1] else f"<p{tag[2]}><strong>"


def _with_scopes(row: re.Match[str]) -> str:
    """Return a row of a table whose headers say what they are the headers of."""
    scope = "row" if re.search(r"<td\b", row[0]) else "col"

    def header(match: re.Match[str]) -> str:
        attributes, content = match["attributes"], match["content"]
        if not content.strip():
            return f"<td{_without_scope(attributes)}></td>"  # a header without a word names nothing
        if " scope=" not in attributes:
            several = {"col": " colspan=", "row": " rowspan="}[scope]
            attributes += f' scope="{scope}{"group" if several in attributes else ""}"'
        return f"<th{attributes}>{content}</th>"

    return _HEADER.sub(header, row[0])


def _without_scope(attributes: str) -> str:
    return re.sub(r' (?:scope|abbr)="[^"]*"', "", attributes)
