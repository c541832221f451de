"""HTML, pictures and links in a notebook's prose → what the page of a post may have.

The parser says where code is; nothing in it is touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote

import nh3
from markdown_it import MarkdownIt

from site_tools.checks.html_rules import ATTRIBUTES, ELEMENTS
from site_tools.conversion.foreign_file import Piece
from site_tools.posts.html_tags import Tag

_PARSER = MarkdownIt("commonmark").enable("table")
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(<?(?P<src>[^\s)>]+)>?(?:\s+[\"'(][^)]*)?\)")
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\[\]]*)\]\(<?(?P<to>[^\s)>]+)>?(?:\s+[\"'][^)]*)?\)")
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
_SHOWN = "The picture"
"""The text of a link to a picture that has no alternative text."""


@dataclass
class ProseFiles:
    """The files that a notebook's prose names: pictures to copy, and links that lead nowhere."""

    folder: Path
    """Where the notebook is."""
    posts: Path
    """The folder of posts, where links lead to."""
    slug: str
    pictures: dict[str, Path] = field(default_factory=dict)
    """The new names of pictures, each with the file to copy."""

    def adapted(self, pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
        """Return prose with the pictures, links and HTML that a page may have; and the changes."""
        found, changes = [], []
        for piece in pieces:
            is_prose = piece.kind == "prose"
            source, changed = self._adapted(piece.source) if is_prose else (piece.source, [])
            found.append(replace(piece, source=source))
            changes += [f"cell {piece.number}: {one}" for one in dict.fromkeys(changed)]
        return found, changes

    def _adapted(self, source: str) -> tuple[str, list[str]]:
        changes: list[str] = []
        source = _outside_code(source, _TAG, lambda match: self._tag(match[0], changes))
        source = _outside_code(
            source, _IMAGE, lambda match: self._image(match["alt"], match["src"], match[0], changes)
        )
        source = _outside_code(
            source, _LINK, lambda match: self._link(match["text"], match["to"], match[0], changes)
        )
        return source, changes

    def _tag(self, text: str, changes: list[str]) -> str:
        tag = Tag.read(text)
        if tag is None:
            return text
        values = dict(tag.attributes)
        if tag.name == "img" and values.get("src"):
            return self._image(values.get("alt", ""), values["src"], "", changes)
        if text.startswith("</"):
            return text if tag.name in ELEMENTS else ""
        if tag.name not in ELEMENTS:
            changes.append(f"`<{tag.name}>` removed")
            return ""
        if all(name in ATTRIBUTES for name in values):
            return text
        changes.append(f"`<{tag.name}>` has fewer attributes")
        clean = nh3.clean(text, tags={tag.name}, attributes={tag.name: set(ATTRIBUTES) & {*values}})
        return _TAG.match(clean)[0] if _TAG.match(clean) else f"<{tag.name}>"  # type: ignore[index]

    def _image(self, alt: str, source: str, markdown: str, changes: list[str]) -> str:
        if _REMOTE.match(source):
            changes.append(f"a picture on another server is a link now: {source}")
            return f"[{alt or _SHOWN}]({source})"
        name = self._copied(unescape(source))
        if not name:
            return markdown or f"![{alt}]({quote(source, safe='/:%')})"
        changes.append(f"`{source}` is posts/{name} now")
        return f"![{alt}]({name})"

    def _copied(self, target: str) -> str:
        """Return the new name of a picture; empty when there is none at this address."""
        path = self.folder / unquote(target)
        if _ELSEWHERE.match(target) or not _is_file(path):
            return ""
        plain = re.sub(r"[^A-Za-z0-9.]+", "-", path.name).strip("-")
        name = plain if plain.startswith(self.slug) else f"{self.slug}-{plain}"
        self.pictures[name] = path
        return name

    def _link(self, text: str, target: str, markdown: str, changes: list[str]) -> str:
        path = unquote(target.partition("#")[0])
        if _ELSEWHERE.match(target) or _is_file(self.posts / path) or path in self.pictures:
            return markdown
        changes.append(f"the link to `{target}` is plain text now")
        return text


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _outside_code(
    source: str, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]
) -> str:
    """Replace what a pattern matches, except in blocks and spans of code and in comments."""
    lines = source.split("\n")
    code: list[tuple[int, int]] = []
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    code += [
        (starts[token.map[0]], starts[token.map[1]])
        for token in _PARSER.parse(source)
        if token.type in {"fence", "code_block"} and token.map
    ]
    code += [match.span() for match in _CODE.finditer(source)]

    def replacement(match: re.Match[str]) -> str:
        inside = any(start <= match.start() < end for start, end in code)
        return match[0] if inside else new(match)

    return pattern.sub(replacement, source)
