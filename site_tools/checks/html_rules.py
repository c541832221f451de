"""Rules for HTML in prose, and for what a page would ask of other servers.

A page must not run what a post brings along, nor tell another server who reads it. So prose may use
the elements and attributes below. A site that trusts its authors says so in `mkdocs.yml`; see
`posts.site_settings.Trust`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from itertools import islice

from site_tools.model.errors import Problem
from site_tools.model.source import Cell, Place
from site_tools.model.text import cut
from site_tools.posts.markdown_scanner import comments, without_code_and_formulas
from site_tools.posts.site_settings import Trust

_TEXT = """a abbr b bdi bdo br cite code del dfn em i ins kbd mark q rp rt ruby s samp small span
strong sub sup time u var wbr"""
_BLOCKS = """article aside blockquote center col colgroup caption dd details div dl dt figcaption
figure h2 h3 h4 h5 h6 hr li ol p pre section summary table tbody td tfoot th thead tr ul"""
_MEDIA = "audio img picture source track video"
ELEMENTS = frozenset(f"{_TEXT} {_BLOCKS} {_MEDIA}".split())
"""The elements of HTML that prose may use."""

_ATTRIBUTES = """align alt cite class colspan controls datetime dir download height hidden href id
kind label lang loading loop markdown muted name open poster preload rel reversed role rowspan scope
src srclang start target title type valign value width"""
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
"""Their attributes, besides those whose names begin with `aria-`."""

ADDRESSES = frozenset({"href", "src", "poster", "cite"})
"""Attributes that hold an address."""

SCHEMES = frozenset({"", "http", "https", "mailto", "tel"})
"""How an address may begin. `javascript:` runs code, and so may `data:`."""

PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml)[;,]", re.IGNORECASE)
"""How a picture begins that is written into the page; in `<img>`, even SVG runs nothing."""

ALLOW_REMOTE = "`allow_remote: [host]` under `extra:` in mkdocs.yml"

MOST_FAULTS = 50
"""Faults of a cell that are reported."""

SHOWN = 60
"""Characters of a wrong tag or address that a message shows."""

_SIGN = re.compile(r"<(?=[a-zA-Z/!?])")
_TAG = re.compile(
    r"""</?[a-zA-Z][\w:-]*(?:\s+[a-zA-Z][\w:.-]*(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'=<>`]+))?)*
    \s*/?>""",
    re.VERBOSE,
)
_COMMENT = re.compile(r"<!--(?!-?>)(?:(?!--!?>|<!--).)*-->", re.DOTALL)
_AUTOLINK = re.compile(r"<(?:https?://[^\s<>]+|[\w.+-]+@[\w.-]+)>", re.IGNORECASE)
_TARGET = re.compile(
    r"(?P<bang>!\[(?:[^\[\]]|\[[^\[\]]{0,200}\]){0,500})?\]\(\s*<?(?P<target>[^\s>]*)"
    r"|^[ ]{0,3}\[(?P<label>[^\]^]+)\]:\s*<?(?P<reference>[^\s>]+)",
    re.MULTILINE,
)
_SHOWN_BY_LABEL = re.compile(r"!\[([^\[\]]*)\](?:\s?\[([^\[\]]*)\])?(?!\()")
_LIST = re.compile(r"(?<!\\)\{:?[ ]*(?=[^{}\n]*=)(?P<list>[^{}\n]+)\}")
_LISTED = re.compile(r"(?:^|\s)([\w:-]+)\s*=")
_NOT_IN_LISTS = re.compile(r"on\w+|style|data-.*|src\w*|href|poster|(?:form)?action", re.IGNORECASE)
"""What braces behind a link or a heading must not set; most braces in prose set nothing at all."""

_BLANKS = re.compile(r"[\x00-\x20]")
_HTML_REMEDY = "Take it out, or trust authors: `trust_html: true` under `extra:` in mkdocs.yml."
_SIGN_REMEDY = "Write `&lt;` for the sign, or close the tag."


def html_problems(cell: Cell, trust: Trust) -> Iterator[Problem]:
    """Yield the HTML and the addresses of a prose cell that its page must not have."""
    seen: set[tuple[Place, str]] = set()
    for offset, what, remedy in islice(_faults(cell.source, trust), MOST_FAULTS):
        place = cell.lines[cell.source.count("\n", 0, offset)].place
        if (place, what) not in seen:
            seen.add((place, what))
            yield Problem(place, what, remedy)


def _faults(source: str, trust: Trust) -> Iterator[tuple[int, str, str]]:
    """Yield the offset of each fault, what it is, and a remedy."""
    text = without_code_and_formulas(source)
    if not trust.html:
        yield from _comment_faults(source)
        last = text.rfind(">")
        for sign in _SIGN.finditer(text):
            yield from _sign_faults(text, sign.start(), is_closed=sign.start() < last)
        yield from _list_faults(text)
    for offset, tag in _tags(text):
        for name, value in tag.attributes:
            if name in ADDRESSES:
                loads = tag.name != "a" and name in {"src", "poster"}
                yield from _address_faults(offset, value, trust, loads=loads)
    pictures = {_label(match[2] or match[1]) for match in _SHOWN_BY_LABEL.finditer(text)}
    for match in _TARGET.finditer(text):
        address = _in_brackets(match["target"]) or match["reference"] or ""
        loads = bool(match["bang"]) or _label(match["label"] or "") in pictures
        yield from _address_faults(match.start(), address, trust, loads=loads)


def _comment_faults(source: str) -> Iterator[tuple[int, str, str]]:
    for match in comments(source):
        if not _COMMENT.fullmatch(match[0]):
            shown = cut(match[0].partition("\n")[0], SHOWN)
            what = f"browsers end the comment `{shown}` elsewhere."
            yield match.start(), what, "Write it like `<!-- words -->`."


def _list_faults(text: str) -> Iterator[tuple[int, str, str]]:
    for match in _LIST.finditer(text):
        for name in filter(_NOT_IN_LISTS.fullmatch, _LISTED.findall(match["list"])):
            what = f"`{{ {name}=… }}` sets an attribute that prose must not set."
            yield match.start(), what, _HTML_REMEDY


def _sign_faults(text: str, start: int, *, is_closed: bool) -> Iterator[tuple[int, str, str]]:
    """Yield what is wrong with HTML that begins here."""
    if _AUTOLINK.match(text, start) or _COMMENT.match(text, start):
        return
    tag = _TAG.match(text, start)
    if not tag:
        if is_closed or text.startswith("<!--", start):
            shown = cut(text[start : start + 2 * SHOWN].partition("\n")[0], SHOWN)
            yield start, f"`{shown}` is no tag that can be read.", _SIGN_REMEDY
        return
    reader = Tag.read(tag[0])
    if reader is None or reader.name not in ELEMENTS:
        name = reader.name if reader else tag[0]
        what = f"`<{name}>` is no element that prose may use."
        yield start, what, f"If the sign is meant, write `&lt;`. {_HTML_REMEDY}"
        return
    for name, _ in reader.attributes:
        if not _is_allowed(name):
            what = f"`<{reader.name}>` has the attribute `{name}`, which prose must not set."
            yield start, what, _HTML_REMEDY


def _is_allowed(name: str) -> bool:
    return name.lower() in ATTRIBUTES or name.lower().startswith("aria-")


def _address_faults(
    offset: int, address: str, trust: Trust, *, loads: bool
) -> Iterator[tuple[int, str, str]]:
    """Yield what is wrong with an address; `loads` says that the page loads what is there."""
    plain = plain_address(address)
    shown = cut(plain, SHOWN)
    if loads and PICTURE.match(plain):
        return
    if scheme_of(plain) == "attachment":
        what = f"`{shown}` is kept inside of the notebook, where no page and no download finds it."
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


def _in_brackets(text: str | None) -> str:
    """Return the text before the bracket that closes a link's target, which may hold pairs."""
    depth = 0
    for i, sign in enumerate(text or ""):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth < 0:
            return (text or "")[:i]
    return text or ""


def plain_address(address: str) -> str:
    """Return an address as a browser understands it: without entities and blanks."""
    return _BLANKS.sub("", unescape(address)).replace("\\", "/")


def scheme_of(address: str) -> str:
    """Return how a plain address begins, in lower case: `https`; empty for a relative one."""
    head, colon, _ = address.partition(":")
    return head.lower() if colon and not set(head) & set("/?#") else ""


def _label(text: str) -> str:
    return " ".join(text.lower().split())


class Tag:
    """A start or end tag."""

    def __init__(self, name: str, attributes: list[tuple[str, str]]) -> None:
        self.name = name
        self.attributes = attributes

    @classmethod
    def read(cls, text: str) -> Tag | None:
        """Return the first tag in a text, or None when there is none."""
        return next(iter(tags_of(text)), None)


class _Reader(HTMLParser):
    """Collects tags."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.tags.append(Tag(tag, [(name, value or "") for name, value in attrs]))

    def handle_endtag(self, tag: str) -> None:
        """Keep the tag."""
        self.tags.append(Tag(tag, []))


def tags_of(text: str) -> list[Tag]:
    """Return the tags of a text, in order."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.tags


def _tags(text: str) -> Iterator[tuple[int, Tag]]:
    for sign in _SIGN.finditer(text):
        match = _TAG.match(text, sign.start())
        if match and (tag := Tag.read(match[0])):
            yield sign.start(), tag


_RUNNING = """applet base embed foreignobject form frame frameset iframe link meta noembed noframes
noscript object plaintext portal script style template textarea title xmp"""
_FORBIDDEN = frozenset(_RUNNING.split())
"""Elements that the text of a post's page must not have, whatever wrote them."""

_LOADING = frozenset({"background", "data", "poster", "src", "srcset"})
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
            if not _is_fine(tag.name, name, plain_address(value), trust)
        ]
    return list(dict.fromkeys(found))


def _is_fine(element: str, name: str, value: str, trust: Trust) -> bool:
    if name in _LOADING:
        return bool(PICTURE.match(value)) or trust.loads(value.split(",", maxsplit=1)[0])
    if trust.html:
        return True
    if name.startswith("on") or name in {"srcdoc", "action", "formaction"}:
        return False
    if name == "style":
        return not _STYLE.search(value)
    if name.rpartition(":")[2] in ADDRESSES:
        return value.startswith("#") or (element != "use" and scheme_of(value) in SCHEMES)
    return True
