"""The position of each token of markdown-it in the whole text, and which parts are words.

markdown-it knows the lines of a block, and nothing of the places within them. Its rules for parts
of lines are wrapped, so that each notes where it began and ended.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

HELD = "\0"
"""Replaces `|` in the formula of a table, while its cells are separated. No text has it: the
parser replaces it."""

Rule = Callable[[StateInline, bool], bool]


def located_rule(rule: Rule, sign: str, *, is_attribute: bool) -> Rule:
    """Return a rule whose tokens know their positions in the text of their block.

    `sign` is the character with which the rule begins.
    """

    def located(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it's signature
        start = state.pos
        if state.src[start] != sign:
            return False
        before = len(state.tokens)
        if not rule(state, silent):
            return False
        if silent:
            return True
        target = _target(state, start)
        if is_attribute:
            _widen(state)  # by attributes in braces
        for token in state.tokens[before:]:
            if token.type == "text":
                continue
            token.meta.setdefault("span", (start, state.pos))
            if token.type in {"link_open", "image"} and target:
                token.meta.setdefault("target", target)
            if token.type == "image":
                _shift(token.children or (), start + 2)
        return True

    return located


def _target(state: StateInline, begin: int) -> tuple[int, int] | None:
    """Return the range of the target of the link or image that begins there."""
    bang = state.src.startswith("![", begin)
    if not bang and state.src[begin] != "[":
        return None
    end = state.md.helpers.parseLinkLabel(state, begin + bang, not bang)
    if end < 0 or not state.src.startswith("(", end + 1):
        return None
    start = end + 2
    while start < state.posMax and state.src[start] in " \t\n":
        start += 1
    found = state.md.helpers.parseLinkDestination(state.src, start, state.posMax)
    return (start, found.pos) if found.ok else None


def _widen(state: StateInline) -> None:
    """Let the last token, and what opens it, end here."""
    last = state.tokens[-1]
    for token in reversed(state.tokens):
        if token.level == last.level and "span" in token.meta:
            token.meta["span"] = (token.meta["span"][0], state.pos)
            if token.nesting >= 0:
                return


def _shift(tokens: Sequence[Token], by: int) -> None:
    for token in tokens:
        for key in ("span", "target"):
            if key in token.meta:
                start, end = token.meta[key]
                token.meta[key] = (start + by, end + by)
        if token.children and token.type == "image":
            _shift(token.children, by)


def set_places(state: StateCore) -> None:
    """Turn places in the text of a block into places in the whole text, and note its words."""
    text = Text(state.src.replace(HELD, "|"))
    for token in state.tokens:
        if token.type == "inline" and token.children and token.map:
            _place(token.children, text.show(token), text, 0)
    state.env["words"] = "".join(text.words)
    state.env["escapes"] = tuple(text.escapes)


class Text:
    """The whole text, and what of it is words."""

    def __init__(self, source: str) -> None:
        self.lines = source.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.words = list(re.sub(r"[^\n]", " ", source))
        self.escapes: list[tuple[int, str]] = []
        self._ends: dict[int, int] = {}
        """Where in a line the last block ends: those of a table's row share one."""

    def show(self, token: Token) -> list[tuple[int, int]]:
        """Note the words of a block.

        Return pairs of where a line begins in these words, and in the whole text.
        """
        pairs, at = [], 0
        for number, words in enumerate(token.content.split("\n"), start=(token.map or [0])[0]):
            column = self.lines[number].find(words, self._ends.get(number, 0))
            start = self.starts[number] + max(column, 0)
            if column >= 0:  # the title of a box need not be in the text
                self._ends[number] = column + len(words)
                self.words[start : start + len(words)] = words
            pairs.append((at, start))
            at += len(words) + 1
        return pairs

    def hide(self, start: int, end: int) -> None:
        """Note that a part of them is not words."""
        self.words[start:end] = (sign if sign == "\n" else " " for sign in self.words[start:end])


def _place(tokens: Sequence[Token], block: Sequence[tuple[int, int]], text: Text, at: int) -> None:
    """Give each token its place in the whole text; what has none of its own begins `at`."""

    def whole(offset: int) -> int:
        start, there = block[bisect_right(block, offset, key=lambda pair: pair[0]) - 1]
        return there + offset - start

    for token in tokens:
        own = token.meta.get("span", (at, at))
        at = max(at, own[0])
        if token.children:
            _place(token.children, block, text, at)
        token.meta["at"] = whole(at)
        for key in ("span", "target"):
            if key in token.meta:
                start, end = token.meta[key]
                token.meta[key] = (whole(start), whole(end))
        _hide(token, text)
        if token.nesting == 0:
            at = max(at, own[1])
        if token.type in {"softbreak", "hardbreak"}:
            following = bisect_right(block, at, key=lambda pair: pair[0])
            at = block[following][0] if following < len(block) else at
        elif token.type == "text":
            at += len(token.content)


def _hide(token: Token, text: Text) -> None:
    if token.type == "text_special" and token.content.startswith("\\"):
        return  # a backslash that escapes nothing
    if token.type == "text_special" and token.markup.startswith("\\"):
        text.escapes.append((token.meta["span"][0], token.content))
    if token.type == "link_open" and "target" in token.meta:
        text.hide(token.meta["target"][0] - 1, token.meta["span"][1])
    elif "span" in token.meta and (token.markup == "autolink" or token.nesting == 0):
        text.hide(*token.meta["span"])
