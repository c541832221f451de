r"""The one reading of prose: CommonMark, as Jupyter and GitHub read it, with a few extensions.

Tables, strikethrough, footnotes, task lists, alerts, definition lists, admonitions, attributes in
braces behind pictures, links, code and headings, and formulas:

    $x_i$      a formula in a line: no space inside the dollars, no digit after the second one
    $$ … $$    a formula on display; so is `\begin{align} … \end{align}` without dollars
    \$         a dollar

Each token of a line knows where in the text it stands, so a message about it has its line, and a
link can be given another target in the text itself.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.attrs.parse import ParseError
from mdit_py_plugins.attrs.parse import parse as parse_attributes
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

_QUOTES: Any = {
    "typographer": True,
    "quotes": "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
    "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}",
}
_LOCATED = (
    "math_inline", "escape", "backticks", "link", "image", "footnote_ref", "autolink",
    "html_inline", "entity", "attr",
)  # fmt: skip
_FORMULA = re.compile(r"(?<![\\$])\$(?![\s$])(?:\\.|[^\\$`\n])*?(?<!\s)\$(?![\d$])")
_HELD = "\0"
"""Stands for `|` in the formula of a table, while its cells are told apart. No text has it: the parser
replaces it."""

_RAW = re.compile(r"<(/?)(code|kbd|pre|samp)\b")
_DEFINED = re.compile(r"\]:\s*(<[^<>\n]*>|\S+)")
_BRACES = re.compile(r"[ \t]*(\{[^{}]*\})[ \t]*$")


def parse(text: str, references: Iterable[tuple[str, str, str]] = ()) -> tuple[Token, ...]:
    """Return the tokens of prose; `references` are what other parts of it define.

    The tokens are shared: whoever changes one changes it for all.
    """
    return _parse(text, tuple(references))[0]


def words_of(text: str) -> str:
    """Return a text of the same length in which all but its words are blanks.

    Code, formulas, tags, pictures and the targets of links are no words.
    """
    return str(_parse(text, ())[1].get("words", ""))


def escapes_of(text: str) -> tuple[tuple[int, str], ...]:
    """Return each sign that a backslash keeps from being markup, and where the backslash is."""
    return _parse(text, ())[1].get("escapes", ())  # type: ignore[no-any-return]


def references_of(text: str) -> list[tuple[str, str, str]]:
    """Return the label, the target and the title of each reference that a text defines."""
    found = _parse(text, ())[1].get("references", {})
    return [(label, one["href"], one["title"]) for label, one in found.items()]


@dataclass(frozen=True, slots=True)
class Definition:
    """A line like `[label]: target`."""

    label: str
    href: str
    start: int
    end: int
    """Where in the text the target begins and ends."""


def line_starts(text: str) -> list[int]:
    """Return where each line begins, and at last where the next one would."""
    return list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))


def definitions_of(text: str) -> Iterator[Definition]:
    """Yield the definitions of references in a text."""
    starts = line_starts(text)
    for label, one in _parse(text, ())[1].get("references", {}).items():
        if target := _DEFINED.search(text, starts[one["map"][0]]):
            yield Definition(label, one["href"], *target.span(1))


@lru_cache(maxsize=2000)
def _parse(
    text: str, references: tuple[tuple[str, str, str], ...]
) -> tuple[tuple[Token, ...], dict[str, Any]]:
    given = {
        label: {"href": href, "title": title, "map": [0, 0]} for label, href, title in references
    }
    env: dict[str, Any] = {"references": given}
    return tuple(_PARSER.parse(text, env)), env


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {**_QUOTES, "tasklists": True, "alerts": True})
    parser.options["xhtmlOut"] = False
    parser.enable(["table", "strikethrough", "smartquotes"])
    parser.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    parser.use(deflist_plugin).use(admon_plugin).use(amsmath_plugin)
    parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    parser.use(attrs_plugin, allowed=())  # `checks.html_rules` looks at them
    parser.use(attrs_block_plugin, allowed=())
    parser.validateLink = lambda _address: True  # type: ignore[method-assign, assignment]  # and here
    rules = {rule.name: rule.fn for rule in parser.inline.ruler.__rules__}
    rules["math_inline"] = _before_no_digit(rules["math_inline"])
    for name in _LOCATED:
        parser.inline.ruler.at(name, _located(rules[name], is_attribute=name == "attr"))
    parser.core.ruler.before("block", "held_bars", _hold_bars)
    parser.core.ruler.after("block", "given_bars", _give_bars)
    parser.core.ruler.after("block", "heading_braces", _heading_braces)
    parser.core.ruler.before("text_join", "raw_dollars", _raw_dollars)
    parser.core.ruler.before("text_join", "places", _set_places)
    return parser


_Rule = Callable[[StateInline, bool], bool]


def _located(rule: _Rule, *, is_attribute: bool) -> _Rule:
    """Return a rule whose tokens know where in the text of their block they stand."""

    def located(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it's signature
        start, before = state.pos, len(state.tokens)
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
    """Return where the target of the link or image that begins there stands."""
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


def _before_no_digit(rule: _Rule) -> _Rule:
    """Return the rule for formulas without those that end before a digit: these are prices."""

    def before_no_digit(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        start = state.pos
        if state.src[start] != "$" or not rule(state, True):  # noqa: FBT003
            return False
        end, state.pos = state.pos, start
        content = state.src[start:end].strip("$")
        if state.src[end : end + 1].isdigit() or not content.strip() or "`" in content:
            return False
        return rule(state, silent)

    return before_no_digit


def _hold_bars(state: StateCore) -> None:
    """Replace `|` in the formulas of a line, so that it ends no cell of a table."""
    if "$" in state.src and "|" in state.src:
        state.src = _FORMULA.sub(lambda match: match[0].replace("|", _HELD), state.src)


def _give_bars(state: StateCore) -> None:
    for token in state.tokens:
        token.content = token.content.replace(_HELD, "|")
        token.info = token.info.replace(_HELD, "|")


def _raw_dollars(state: StateCore) -> None:
    """Take formulas for text where no formula is shown: in code as HTML, in a picture's text."""
    for token in state.tokens:
        raw = ""
        for part in token.children or ():
            if part.type == "html_inline" and (tag := _RAW.match(part.content)):
                raw = "" if tag[1] and tag[2] == raw else raw or tag[2]
            elif part.type == "image":
                _as_text(part.children or ())
            elif raw:
                _as_text([part])


def _as_text(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type.startswith("math_inline"):
            token.type, token.tag = "text", ""
            token.content = f"{token.markup}{token.content}{token.markup}"


def _heading_braces(state: StateCore) -> None:
    """Take attributes from the end of headings, as in `## Title { #name }`."""
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type != "heading_open" or not (match := _BRACES.search(inline.content)):
            continue
        try:
            _, attributes = parse_attributes(match[1])
        except ParseError:
            continue
        opening.meta["insecure_attrs"] = attributes
        inline.content = inline.content[: match.start()]


def _set_places(state: StateCore) -> None:
    """Turn places in the text of a block into places in the whole text, and note its words."""
    text = Text(state.src.replace(_HELD, "|"))
    for token in state.tokens:
        if token.type == "inline" and token.children and token.map:
            _place(token.children, text.show(token), text, 0)
    state.env["words"] = "".join(text.words)
    state.env["escapes"] = tuple(text.escapes)


class Text:
    """The whole text, and what of it is words."""

    def __init__(self, source: str) -> None:
        self.lines = source.split("\n")
        self.starts = line_starts(source)
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
            line = self.lines[number] if number < len(self.lines) else ""
            column = line.find(words, self._ends.get(number, 0))
            start = self.starts[min(number, len(self.lines) - 1)] + max(column, 0)
            if column >= 0:  # the title of a box need not be in the text
                self._ends[number] = column + len(words)
                self.words[start : start + len(words)] = words
            pairs.append((at, start))
            at += len(words) + 1
        return pairs

    def hide(self, start: int, end: int) -> None:
        """Note that a part of them is no words."""
        self.words[start:end] = (sign if sign == "\n" else " " for sign in self.words[start:end])


def _place(
    tokens: Sequence[Token], block: Sequence[tuple[int, int]], text: Text, at: int
) -> None:
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
    elif token.markup == "autolink" and "span" in token.meta:
        text.hide(*token.meta["span"])
    elif token.nesting == 0 and "span" in token.meta:
        text.hide(*token.meta["span"])


_PARSER = _parser()
OPTIONS = _PARSER.options

PLAIN = MarkdownIt("zero", _QUOTES).enable("smartquotes")
"""For text that is no Markdown."""


def inline_tokens(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens of all lines, those of a picture's text included."""
    for token in tokens:
        if token.type == "inline":
            yield from _deep(token.children or ())


def _deep(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _deep(token.children or ())
