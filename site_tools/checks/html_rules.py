"""Rules for HTML in prose, and for what a page would ask of other servers.

A page must not run what a post brings along, nor show another server who reads it. So prose may use
what `allowed_html` lists. A site that trusts its authors says so in `mkdocs.yml`; see
`posts.site_settings.Trust`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from operator import itemgetter

from markdown_it.token import Token

from site_tools.checks.allowed_html import (
    ADDRESSES,
    ELEMENTS,
    PICTURE,
    SCHEMES,
    may_have,
    plain_address,
    scheme_of,
)
from site_tools.checks.loaded_addresses import loaded_by, loaded_by_style, styles_in
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
from site_tools.posts.site_settings import ALLOW_REMOTE, Trust
from site_tools.posts.theme_markup import anchor_of

TRUST_HTML = "trust authors: `trust_html: true` under `elevenlines:` in mkdocs.yml"
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
_TAKEN = re.compile(
    r"__(analytics|code|comments|config|consent|drawer|nav|palette|search|settings|tabbed|toc)"
    r"[\w.:-]*",
    re.IGNORECASE,
)
"""Names by which the theme's scripts find parts of a page. They would find another part first."""
_TAKEN_REMEDY = "The theme finds its own parts by this name. Choose another."
"""What braces behind a link or a heading may give as a name or a class."""

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
    faults = islice(_faults(cell.source, trust, references), MOST_FAULTS)
    for offset, what, remedy in sorted(faults, key=itemgetter(0)):
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
        for at, address, loads in _addresses(html):
            yield from _address_faults(offset + at, address, trust, loads=loads)
    if not trust.html:
        words = words_of(source)
        last = words.rfind(">")
        for sign in _SIGN.finditer(words):
            yield from _sign_faults(words, sign.start(), is_closed=sign.start() < last)
        yield from _attribute_faults(source)
    for offset, address, loads in [*_targets(source, references), *_in_braces(source, trust)]:
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


def _in_braces(source: str, trust: Trust) -> Iterator[tuple[int, str, bool]]:
    """Yield what attributes in braces load; without trust they are refused by their names."""
    for at, token in _with_attributes(source) if trust.html else ():
        attributes = [(name, str(value)) for name, value in token.meta["insecure_attrs"].items()]
        tag = Tag(token.tag, attributes, is_end=False, start=at)
        yield from ((at, address, True) for address in loaded_by(tag))


def _with_attributes(source: str) -> Iterator[tuple[int, Token]]:
    """Yield what has attributes in braces, and where it is."""
    starts = line_starts(source)
    for token in parse(source):
        first = starts[(token.map or [0])[0]]
        for part in [token, *inline_tokens([token])]:
            if part.meta.get("insecure_attrs"):
                yield part.meta.get("at", first), part


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
    for at, token in _with_attributes(source):
        for name, value in token.meta["insecure_attrs"].items():
            if fault := _attribute_fault(name, str(value)):
                yield at, *fault
    for opening, inline in pairwise(parse(source)):
        if opening.type == "heading_open" and "id" not in opening.meta.get("insecure_attrs", {}):
            anchor = anchor_of(inline.content)
            if _TAKEN.fullmatch(anchor):
                what = f"this heading's name in addresses, `{anchor}`, is no free name."
                yield starts[(opening.map or [0])[0]], what, _TAKEN_REMEDY


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
    if name.lower() == "id" and _TAKEN.fullmatch(value):
        return f"`{value}` is no free name.", _TAKEN_REMEDY
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
        elif name in {"id", "name"} and _TAKEN.fullmatch(value.strip()):
            yield start, f"`{value.strip()}` is no free name.", _TAKEN_REMEDY


def _address_faults(
    offset: int, address: str, trust: Trust, *, loads: bool
) -> Iterator[tuple[int, str, str]]:
    """Yield what is wrong with an address; `loads` says that the page loads what is there."""
    plain = plain_address(address)
    shown = cut(plain, SHOWN)
    if loads and (PICTURE.match(plain) or (trust.html and scheme_of(plain) == "data")):
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
        yield offset, what, f"Put the file beside this one, or allow its host: {ALLOW_REMOTE}."


def _addresses(html: str) -> Iterator[tuple[int, str, bool]]:
    """Yield where in HTML each address is, and whether the page loads it."""
    for tag in tags_of(html):
        loaded = list(loaded_by(tag))
        yield from ((tag.start, address, True) for address in loaded)
        for name, value in tag.attributes:
            if name in ADDRESSES and value not in loaded:
                yield tag.start, value, False
    for start, css in styles_in(html):
        yield from ((start, address, True) for address in loaded_by_style(css))
