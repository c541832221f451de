"""Rules for HTML in prose, and for what a page would ask of other servers.

A page must not run what a post brings along, nor tell another server who reads it. So prose may use
the elements and attributes below. A site that trusts its authors says so in `mkdocs.yml`; see
`posts.site_settings.Trust`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import islice

from site_tools.model.errors import Problem
from site_tools.model.source import Cell, Place
from site_tools.model.text import SHOWN, cut
from site_tools.posts.html_tags import Tag, tags_of
from site_tools.posts.markdown_parser import (
    Reference,
    definitions_of,
    inline_tokens,
    line_starts,
    parse,
    words_of,
)
from site_tools.posts.media import CAPTIONS
from site_tools.posts.site_settings import Trust

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

TRUST_HTML = "trust authors: `trust_html: true` under `elevenlines:` in mkdocs.yml"
ALLOW_REMOTE = "`allow_remote: [host]` under `elevenlines:` in mkdocs.yml"

MOST_FAULTS = 50
"""Faults of a cell that are reported."""

_SIGN = re.compile(r"<(?=[a-zA-Z/!?])")
_TAG = re.compile(
    r"""</?[a-zA-Z][\w:-]*(?:\s+[a-zA-Z][\w:.-]*(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'=<>`]+))?)*
    \s*/?>""",
    re.VERBOSE,
)
_COMMENT = re.compile(r"<!--(?!-?>)(?:(?!--!?>|<!--).)*-->", re.DOTALL)
_NAME = re.compile(r"[\w.:-]+")
"""What braces behind a link or a heading may give as a name or a class."""

_BLANKS = re.compile(r"[\x00-\x20]")
_COMMENT_REMEDY = "Write it like `<!-- words -->`."
_HTML_REMEDY = f"Take it out, or {TRUST_HTML}."
_NAME_REMEDY = "Use letters, digits, `_`, `.`, `:` and `-` only."
_SIGN_REMEDY = "Write `&lt;` for the sign, or close the tag."


def html_problems(
    cell: Cell, trust: Trust, references: Sequence[Reference] = ()
) -> Iterator[Problem]:
    """Yield the HTML and the addresses of a prose cell that its page must not have.

    `references` are those that all of the post's prose defines.
    """
    seen: set[tuple[Place, str]] = set()
    for offset, what, remedy in islice(_faults(cell.source, trust, references), MOST_FAULTS):
        place = cell.place_at(offset)
        if (place, what) not in seen:
            seen.add((place, what))
            yield Problem(place, what, remedy)


def _faults(
    source: str, trust: Trust, references: Sequence[Reference]
) -> Iterator[tuple[int, str, str]]:
    """Yield the offset of each fault, what it is, and a remedy."""
    for offset, html in _html_in(source):
        if not trust.html:
            yield from _html_faults(html, offset)
        for at, tag in _tags(html):
            for name, value in tag.attributes:
                if name in ADDRESSES:
                    loads = tag.name != "a" and name in {"src", "poster"}
                    yield from _address_faults(offset + at, value, trust, loads=loads)
    if not trust.html:
        words = words_of(source)
        last = words.rfind(">")
        for sign in _SIGN.finditer(words):
            yield from _sign_faults(words, sign.start(), is_closed=sign.start() < last)
        yield from _attribute_faults(source)
    for offset, address, loads in _targets(source, references):
        yield from _address_faults(offset, address, trust, loads=loads)


def _targets(source: str, references: Sequence[Reference]) -> Iterator[tuple[int, str, bool]]:
    """Yield where a link leads or a picture is, and whether the page loads it."""
    for token in inline_tokens(parse(source, references)):
        if token.type in {"link_open", "image"}:
            loads = token.type == "image"
            at = token.meta.get("at", 0)
            yield at, str(token.attrs["src" if loads else "href"]), loads
            captions = str(token.meta.get("insecure_attrs", {}).get(CAPTIONS, ""))
            if captions and not _is_remote(captions):
                yield at, captions, True
    for one in definitions_of(source):
        yield one.start, one.href, False


def _html_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield all HTML in prose, and where each part begins."""
    starts = line_starts(source)
    for token in parse(source):
        if token.type == "html_block" and token.map:
            yield starts[token.map[0]], token.content
        elif token.type == "inline":
            for part in inline_tokens([token]):
                if part.type == "html_inline":
                    yield part.meta.get("at", 0), part.content


def _html_faults(html: str, start: int) -> Iterator[tuple[int, str, str]]:
    at = 0
    while sign := _SIGN.search(html, at):
        at = sign.end()
        if comment := _COMMENT.match(html, sign.start()):
            at = comment.end()
        elif html.startswith("<!--", sign.start()):
            shown = cut(html[sign.start() :].partition("\n")[0], SHOWN)
            what, remedy = f"the comment `{shown}` {_cause_in(html, sign.start())}", _COMMENT_REMEDY
            if "-->" not in html[sign.start() :]:
                what = f"the comment `{shown}` does not end before the next code, or not at all."
                remedy = "End it with `-->`. Code cannot be in it: it would run."
            yield start + sign.start(), what, remedy
            return
        else:
            faults = list(_sign_faults(html, sign.start(), is_closed=True))
            yield from ((start + offset, what, remedy) for offset, what, remedy in faults)


def _cause_in(html: str, start: int) -> str:
    """Return why browsers do not see the comment that begins here as Markdown does."""
    early = re.compile("<!---?>").match(html, start)
    cause = f"begins with `{early[0]}`" if early else "contains `--!>` or `<!--`"
    return f"{cause}; browsers end it at another place than Markdown does."


def _attribute_faults(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield what is wrong with attributes in braces."""
    starts = line_starts(source)
    for token in parse(source):
        first = starts[(token.map or [0])[0]]
        for part in [token, *inline_tokens([token])]:
            for name, value in part.meta.get("insecure_attrs", {}).items():
                if fault := _attribute_fault(name, str(value)):
                    yield part.meta.get("at", first), *fault


def _is_remote(address: str) -> bool:
    return "://" in address or address.startswith("//")


def _attribute_fault(name: str, value: str) -> tuple[str, str] | None:
    """Return what is wrong with an attribute in braces, and a remedy."""
    if name.startswith(":"):
        return f"`{{{name}=… }}` is not a list of attributes.", "Leave out the colon."
    if name == CAPTIONS and not _is_remote(value):  # checked with the addresses of pictures
        return None
    if name.lower() in ADDRESSES or not may_have("", name):
        return f"`{{ {name}=… }}` sets an attribute that prose must not set.", _HTML_REMEDY
    names = {"id": [value], "class": value.split()}.get(name.lower(), [])
    for one in names:
        if not _NAME.fullmatch(one):
            shown = cut(" ".join(one.split()), SHOWN)
            return f"`{shown}` in braces is not a valid `{name}`.", _NAME_REMEDY
    return None


def _sign_faults(text: str, start: int, *, is_closed: bool) -> Iterator[tuple[int, str, str]]:
    """Yield what is wrong with HTML that begins here."""
    tag = _TAG.match(text, start)
    if not tag:
        if is_closed or text.startswith("<!--", start):
            shown = cut(" ".join(text[start : start + 2 * SHOWN].partition("\n")[0].split()), SHOWN)
            yield start, f"`{shown}` is not a valid HTML tag.", _SIGN_REMEDY
        return
    reader = Tag.read(tag[0])
    if reader is None or reader.name not in ELEMENTS:
        name = reader.name if reader else tag[0]
        what = f"`<{name}>` is no element that prose may use."
        yield start, what, f"If the sign is meant, write `&lt;`. {_HTML_REMEDY}"
        return
    for name, value in reader.attributes:
        if not may_have(reader.name, name):
            what = f"`<{reader.name}>` has the attribute `{name}`, which prose must not set."
            sign = "" if value else "If the sign is meant, write `&lt;`. "
            yield start, what, f"{sign}{_HTML_REMEDY}"


def may_have(element: str, name: str) -> bool:
    """Return whether an element in prose may have an attribute; none for one in braces."""
    low = name.lower()
    return low in _ATTRIBUTES or low.startswith("aria-") or (low == "name" and element in _NAMED)


def _address_faults(
    offset: int, address: str, trust: Trust, *, loads: bool
) -> Iterator[tuple[int, str, str]]:
    """Yield what is wrong with an address; `loads` says that the page loads what is there."""
    plain = plain_address(address)
    shown = cut(plain, SHOWN)
    if loads and PICTURE.match(plain):
        return
    if scheme_of(plain) == "attachment":
        what = f"`{shown}` is not a picture attached to this cell, or is named in an HTML tag."
        remedy = "Save it as a file in posts/, and name it here: `![What it shows](picture.png)`."
        yield offset, what, remedy
    elif scheme_of(plain) not in SCHEMES and not trust.html:
        what = f"`{shown}` is an address that may run code."
        yield offset, what, "Link to a page: `https://…`, or a file in posts/."
    elif loads and not trust.loads(plain):
        what = (
            f"`{shown}` would be loaded from another server, which then knows who reads the page."
        )
        yield offset, what, f"Put the file into posts/, or allow its host: {ALLOW_REMOTE}."


def plain_address(address: str) -> str:
    """Return an address as a browser understands it: without entities and blanks."""
    return _BLANKS.sub("", unescape(address)).replace("\\", "/")


def scheme_of(address: str) -> str:
    """Return how a plain address begins, in lower case: `https`; empty for a relative one."""
    head, colon, _ = address.partition(":")
    return head.lower() if colon and not set(head) & set("/?#") else ""


def _tags(text: str) -> Iterator[tuple[int, Tag]]:
    for sign in _SIGN.finditer(text):
        match = _TAG.match(text, sign.start())
        if match and (tag := Tag.read(match[0])):
            yield sign.start(), tag


_RUNNING = """applet base embed foreignobject form frame frameset iframe link meta noembed noframes
noscript object plaintext portal script style template textarea title xmp"""
_FORBIDDEN = frozenset(_RUNNING.split())
"""Elements that the text of a post's page must not have, whatever wrote them."""

_LOADING = frozenset({"background", "data", "poster", "src"})
_LOADING_LISTS = frozenset({"attributionsrc", "ping", "srcset"})
"""Attributes whose values are lists of addresses that a browser asks for."""

_STYLE = re.compile(r"url|\\|@|expression|position|image", re.IGNORECASE)


def page_faults(html: str, trust: Trust) -> list[str]:
    """Return what the text of a page has and must not have.

    `html_problems` has looked at what the author wrote. Where a renderer reads that text in another
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
    return list(dict.fromkeys(found))


def _is_fine(element: str, name: str, value: str, trust: Trust) -> bool:
    if name in _LOADING_LISTS:
        return all(_is_loaded(one, trust) for one in re.split(r"[\s,]+", value))
    value = plain_address(value)
    if name in _LOADING:
        return bool(PICTURE.match(value)) or trust.loads(value.split(",", maxsplit=1)[0])
    if trust.html:
        return True
    if name == "style":
        return not _STYLE.search(value)
    if name.rpartition(":")[2] in ADDRESSES and not name.startswith("on"):
        return value.startswith("#") or (element != "use" and scheme_of(value) in SCHEMES)
    return not name.startswith("on") and name not in {"srcdoc", "action", "formaction"}


def _is_loaded(address: str, trust: Trust) -> bool:
    """Return whether a page may load one address of a list."""
    plain = plain_address(address)
    return bool(PICTURE.match(f"{plain},")) or trust.loads(plain)
