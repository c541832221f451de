"""The tags of HTML in prose."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
     "wbr")
)  # fmt: skip
"""Elements that have no end."""

_VERBATIM = re.compile(
    r"<(pre|script|style|svg|code|kbd|samp|textarea)\b", re.IGNORECASE | re.ASCII
)

_COMMENT = r"<!--(?:-?>|.*?(?:--!?>|\Z))"
_MARKUP = re.compile(
    rf"{_COMMENT}|<(?:[!?]|/[^a-zA-Z>])[^>]*>?|<(?P<slash>/?)(?P<name>[a-zA-Z][^\t\n\f\r />]*)",
    re.DOTALL,
)
"""A comment, what a browser takes for one, or the beginning of a tag."""
_BETWEEN = re.compile(r"[\t\n\f\r /]*")
_NAME = re.compile(r"=?[^\t\n\f\r />=]*")
_EQUALS = re.compile(r"[\t\n\f\r ]*=[\t\n\f\r ]*")
_UNQUOTED = re.compile(r"[^\t\n\f\r >]*")
_COMMENTS = re.compile(_COMMENT, re.DOTALL)

_RAW = frozenset(
    ("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp")
)  # fmt: skip
"""Elements whose content is text, except in drawings and formulas."""
_FOREIGN = frozenset(("math", "svg"))


class Tag:
    """A start or end tag."""

    def __init__(
        self, name: str, attributes: list[tuple[str, str]], *, is_end: bool, start: int
    ) -> None:
        self.name = name
        self.attributes = attributes
        self.is_end = is_end
        self.start = start

    @classmethod
    def read(cls, text: str) -> Tag | None:
        """Return the first tag in a text, or None when there is none."""
        return next(iter(tags_of(text)), None)


def tags_of(text: str) -> list[Tag]:
    """Return the tags of a text, in order, as a browser reads them.

    Follows the tokenizer of the HTML Standard, section 13.2.5. Python's `HTMLParser` reads text
    that is not well-formed differently from one bug-fix release to the next, and before the fix of
    CVE-2025-6069 in quadratic time.
    """
    tags: list[Tag] = []
    at, foreign = 0, 0
    while match := _MARKUP.search(text, at):
        name = (match["name"] or "").lower()
        if not name:
            at = match.end()
            continue
        attributes, at = _attributes(text, match.end())
        if at < 0:  # the text ends inside of the tag, and a browser drops it
            break
        is_end = bool(match["slash"])
        attributes = [] if is_end else attributes
        tags.append(Tag(name, attributes, is_end=is_end, start=match.start()))
        if name in _FOREIGN:
            foreign += -1 if is_end else 1
        elif name in _RAW and not is_end and foreign <= 0:
            at = _end_of(name, text, at)
            if at < 0:
                break
    return tags


def _attributes(text: str, at: int) -> tuple[list[tuple[str, str]], int]:
    """Read the attributes of a tag; return them and where the tag ends, -1 if it does not."""
    found: list[tuple[str, str]] = []
    while (at := _end(_BETWEEN, text, at)) < len(text):
        if text[at] == ">":
            return found, at + 1
        start, at = at, _end(_NAME, text, at)
        name, value = text[start:at].lower(), ""
        if equals := _EQUALS.match(text, at):
            start = equals.end()
            if text[start : start + 1] in ("'", '"'):
                end = text.find(text[start], start + 1)
                if end < 0:
                    break
                value, at = text[start + 1 : end], end + 1
            else:
                at = _end(_UNQUOTED, text, start)
                value = text[start:at]
        found.append((name, unescape(value)))
    return found, -1


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Return where the match of a pattern that always matches ends."""
    match = pattern.match(text, at)
    return match.end() if match else at


def left_open(html: str, before: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the elements that are open after some HTML, if those `before` were open already."""
    stack = list(before)
    counts = Counter(before)
    for tag in tags_of(without_comments(html)):
        if not tag.is_end and tag.name not in VOID:
            stack.append(tag.name)
            counts[tag.name] += 1
        while tag.is_end and counts[tag.name]:
            last = stack.pop()
            counts[last] -= 1
            if last == tag.name:
                break
    return tuple(stack)


def without_comments(html: str) -> str:
    """Return HTML without its comments; one that never ends goes on to the end."""
    return _COMMENTS.sub("", html)


def without_verbatim(html: str) -> str:
    """Return HTML without comments, and without what code, scripts and drawings hold."""
    html = without_comments(html)
    parts, at = [], 0
    unclosed: set[str] = set()
    while match := _VERBATIM.search(html, at):
        name = match[1].lower()
        end = -1 if name in unclosed else _end_of(name, html, match.end())
        if end < 0:
            unclosed.add(name)
            parts.append(html[at : match.end()])
            at = match.end()
        else:
            parts.append(html[at : match.start()])
            at = end
    return "".join([*parts, html[at:]])


def _end_of(name: str, html: str, start: int) -> int:
    """Return where the end tag of an element begins, as `str.find` does."""
    end = re.compile(f"</{name}", re.IGNORECASE | re.ASCII).search(html, start)
    return end.start() if end else -1
