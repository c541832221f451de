"""Small forms within a line: `==marked==`, `++ctrl+c++`, `:smile:`, `[@key]`, `@fig-name`.

What looks like one and names no known key or emoji stays text; `checks.markdown_rules` reports it.
"""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from pymdownx import gemoji_db, keymap_db

_MARK = re.compile(r"==(?![\s=])((?:[^=]|=(?!=))+?)(?<!\s)==(?![=\w])")
KEYS = re.compile(
    r"(?<![+\w])\+\+([a-z0-9][\w-]{0,40}(?:\+[\w-]{1,40}){0,5})\+\+(?![+\w])", re.IGNORECASE
)
EMOJI = re.compile(r"(?<![\w:\[]):([a-z0-9+-][a-z0-9_+-]{1,40}):(?![\w:\]])")

_CITATION = re.compile(r"\[(@[^\[\]\n]{1,400})\](?![(\[:])")
_REFERENCE = re.compile(r"@((?:fig|eq)-[A-Za-z0-9_-]*[A-Za-z0-9_])")
_CITED = re.compile(r"@([A-Za-z0-9][\w:./+-]*?)(?:,\s*(\S.*))?")

RULES = {"mark": "=", "keys": "+", "emoji": ":", "citation": "[", "reference": "@"}
"""Each with the sign with which it begins."""


def marks_plugin(parser: MarkdownIt) -> None:
    """Read these forms; `mark` opens and closes, the other tokens are named as their rules."""
    parser.inline.ruler.push("mark", _mark)
    parser.inline.ruler.push("keys", _keys)
    parser.inline.ruler.push("emoji", _emoji)
    parser.inline.ruler.push("reference", _reference)
    parser.inline.ruler.before("link", "citation", _citation)


def key_names(text: str) -> list[tuple[str, str]] | None:
    """Return class and label of each key in `ctrl+c`, or None when one is unknown."""
    found = []
    for part in text.lower().split("+"):
        name = keymap_db.aliases.get(part, part)
        if name not in keymap_db.keymap:
            return None
        found.append((name, str(keymap_db.keymap[name])))
    return found


def known_keys() -> list[str]:
    """Return the names that keys may have."""
    return [*keymap_db.keymap, *keymap_db.aliases]


@cache
def known_emoji() -> dict[str, str]:
    """Return the characters of GitHub's emoji, by name."""
    shown = {
        name.strip(":"): "".join(chr(int(code, 16)) for code in str(one["unicode"]).split("-"))
        for name, one in gemoji_db.emoji.items()
        if one.get("unicode")
    }
    others = ((name.strip(":"), shown.get(meant.strip(":"))) for name, meant in _aliases())
    return shown | {name: sign for name, sign in others if sign}


def _aliases() -> list[tuple[str, str]]:
    return [(str(name), str(meant)) for name, meant in gemoji_db.aliases.items()]


def _mark(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it's signature
    match = _MARK.match(state.src, state.pos, state.posMax)
    if not match or re.match(r"[=\w]", state.src[state.pos - 1 : state.pos]):
        return False
    if not silent:
        end, state.posMax = state.posMax, match.end(1)
        state.pos = match.start(1)
        state.push("mark_open", "mark", 1).markup = "=="
        state.md.inline.tokenize(state)
        state.push("mark_close", "mark", -1).markup = "=="
        state.posMax = end
    state.pos = match.end()
    return True


def _keys(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    match = KEYS.match(state.src, state.pos, state.posMax)
    if not match or key_names(match[1]) is None:
        return False
    if not silent:
        state.push("keys", "kbd", 0).content = match[1]
    state.pos = match.end()
    return True


def _emoji(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    match = EMOJI.match(state.src, state.pos, state.posMax)
    if not match or match[1] not in known_emoji():
        return False
    if not silent:
        token = state.push("emoji", "", 0)
        token.content, token.markup = known_emoji()[match[1]], match[0]
    state.pos = match.end()
    return True


def _citation(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    match = _CITATION.match(state.src, state.pos, state.posMax)
    parts = [_CITED.fullmatch(part.strip()) for part in match[1].split(";")] if match else []
    if not match or not all(parts):
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = match[0]
        token.meta["cited"] = [(part[1], part[2] or "") for part in parts if part]
    state.pos = match.end()
    return True


def _reference(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if not match or re.match(r"[\w@/.]", state.src[state.pos - 1 : state.pos]):
        return False
    if not silent:
        state.push("reference", "", 0).content = match[1]
    state.pos = match.end()
    return True
