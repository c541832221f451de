"""Tabs in Markdown, as Material for MkDocs has them.

    === "NumPy"

        Text and code, indented by four spaces.

    === "PyTorch"

        The other tab.

`===+ "A"` is open at first in place of the first one, `===! "A"` begins a new set of tabs.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock

INDENT = 4
"""Blanks before the lines of a tab."""

_HEAD = re.compile(r'===(\+!|!\+|[+!])?[ \t]+"([^"\n]*\S[^"\n]*)"[ \t]*')


def tabs_plugin(parser: MarkdownIt) -> None:
    """Read tabs: a `tab_set` has each `tab`, whose title is its first inline token."""
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "tabs", _tabs, interrupts)


def _head(state: StateBlock, line: int) -> re.Match[str] | None:
    if state.is_code_block(line) or state.sCount[line] < state.blkIndent:
        return None
    return _HEAD.fullmatch(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]])


def _tabs(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  a rule
    head = _head(state, start)
    if head is None:
        return False
    if silent:
        return True
    before = state.parentType, state.lineMax, state.blkIndent
    state.parentType = "tabs"
    whole = state.push("tab_set_open", "div", 1)
    line = start
    while head is not None:
        stop = _end_of(state, line, end)
        _tab(state, head, line, stop)
        state.parentType, state.lineMax, state.blkIndent = "tabs", *before[1:]
        line = stop
        following = state.skipEmptyLines(stop)
        head = _head(state, following) if following < end else None
        if head is not None and "!" in (head[1] or ""):
            head = None
        elif head is not None:
            line = following
    state.push("tab_set_close", "div", -1)
    whole.map = [start, line]
    state.parentType, state.lineMax, state.blkIndent = before
    state.line = line
    return True


def _end_of(state: StateBlock, head: int, end: int) -> int:
    """Return the line behind the last one that is indented as the text of a tab."""
    line = last = head + 1
    while line < end:
        if not state.isEmpty(line):
            if state.sCount[line] < state.sCount[head] + INDENT:
                break
            last = line + 1
        line += 1
    return last


def _tab(state: StateBlock, head: re.Match[str], start: int, end: int) -> None:
    opening = state.push("tab_open", "div", 1)
    opening.map = [start, end]
    opening.markup = head[1] or ""
    title = state.push("inline", "", 0)
    title.content, title.map, title.children = head[2].strip(), [start, start + 1], []
    state.blkIndent = state.sCount[start] + INDENT
    state.lineMax = end
    state.md.block.tokenize(state, start + 1, end)
    state.push("tab_close", "div", -1)
