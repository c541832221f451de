r"""The one reading of prose: CommonMark, as Jupyter and GitHub read it, with a few extensions.

Tables, strikethrough, footnotes, task lists, alerts, definition lists, admonitions, tabs, marks,
keys, emoji, attributes in braces behind pictures, links, code and headings, and formulas:

    $x_i$      a formula in a line: no space inside the dollars, no digit after the second one
    $$ … $$    a formula on display; so is `\begin{align} … \end{align}` without dollars
    \$         a dollar

Each token of a line knows its position in the text, so a message about it has its line, and a
link can be given another target in the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore, smartquotes
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

from site_tools.posts import markdown_marks
from site_tools.posts.markdown_ends import bound_steps
from site_tools.posts.markdown_places import HELD, Rule, located_rule, set_places
from site_tools.posts.markdown_tabs import tabs_plugin

_QUOTES: Any = {
    "typographer": True,
    "quotes": "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
    "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}",
}
_LOCATED = {
    "math_inline": "$", "escape": "\\", "backticks": "`", "link": "[", "image": "!",
    "footnote_ref": "[", "autolink": "<", "html_inline": "<", "entity": "&", "attr": "{",
    **markdown_marks.RULES,
}  # fmt: skip
"""The rules whose tokens have places, each with the sign with which it begins."""

_LONGEST_LABEL = 999
"""Characters of the name of a footnote; CommonMark has as many for references."""

_FOOTNOTE = re.compile(rf"\[\^[^\]\s]{{1,{_LONGEST_LABEL}}}\]")
_MOST_QUOTES = 1_000
"""In a block; of more, none are curved. The rule compares each with those that are open."""

_FORMULA = re.compile(r"(?<![\\$])\$(?![\s$])(?:\\.|[^\\$`\n])*?(?<!\s)\$(?![\d$])")
_RAW = re.compile(r"<(/?)(code|kbd|pre|samp)\b")
SIDENOTE = "sidenote"
"""The kind of box that is shown beside the text: `!!! sidenote`."""

_DEFINED = re.compile(r"\]:\s*(<[^<>\n]*>|\S+)")


Reference = tuple[str, str, str]
"""The label, the target and the title of a link."""


def parse(text: str, references: Iterable[Reference] = ()) -> tuple[Token, ...]:
    """Return the tokens of prose; `references` are what other parts of it define.

    The tokens are shared: a change of one is a change for all.
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


def references_in(texts: Iterable[str]) -> list[Reference]:
    """Return the references that texts of one page define: each may use those of the others."""
    found = (_parse(text, ())[1].get("references", {}) for text in texts)
    return [(label, one["href"], one["title"]) for own in found for label, one in own.items()]


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
    text: str, references: tuple[Reference, ...]
) -> tuple[tuple[Token, ...], dict[str, Any]]:
    given = {
        label: {"href": href, "title": title, "map": [0, 0]} for label, href, title in references
    }
    env: dict[str, Any] = {"references": given}
    return tuple(_PARSER.parse(text, env)), env


DEEPEST = 20
"""Blocks inside of each other; what is deeper the parser drops, and `check` refuses it."""


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {**_QUOTES, "tasklists": True, "alerts": True})
    parser.options["xhtmlOut"] = False
    parser.options["maxNesting"] = DEEPEST
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
    parser.use(tabs_plugin).use(markdown_marks.marks_plugin).use(bound_steps)
    parser.use(attrs_plugin, allowed=())  # `checks.html_rules` looks at them
    parser.use(attrs_block_plugin, allowed=())
    parser.validateLink = lambda _address: True  # type: ignore[method-assign, assignment]  # and here
    rules = {rule.name: rule.fn for rule in parser.inline.ruler.__rules__}
    rules["math_inline"] = _before_no_digit(rules["math_inline"])
    rules["footnote_ref"] = _with_short_label(rules["footnote_ref"])
    for name, sign in _LOCATED.items():
        located = located_rule(rules[name], sign, is_attribute=name == "attr")
        parser.inline.ruler.at(name, located)
    parser.core.ruler.at("smartquotes", _SMART_QUOTES)
    parser.core.ruler.before("block", "held_bars", _hold_bars)
    parser.core.ruler.after("block", "given_bars", _give_bars)
    parser.core.ruler.after("block", "heading_braces", _heading_braces)
    parser.core.ruler.after("block", "sidenotes", _without_default_titles)
    parser.core.ruler.before("text_join", "raw_dollars", _raw_dollars)
    parser.core.ruler.before("text_join", "places", set_places)
    return parser


def _before_no_digit(rule: Rule) -> Rule:
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


def _with_short_label(rule: Rule) -> Rule:
    """Return the rule for footnotes, which looks for the end of a name as far as one can be."""

    def with_short_label(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        return bool(_FOOTNOTE.match(state.src, state.pos)) and rule(state, silent)

    return with_short_label


def _with_few_quotes(rule: Callable[[StateCore], None]) -> Callable[[StateCore], None]:
    """Return the rule that curves quotes for blocks in which a person may have written them."""

    def with_few_quotes(state: StateCore) -> None:
        tokens = state.tokens
        state.tokens = [t for t in tokens if sum(map(t.content.count, "\"'")) <= _MOST_QUOTES]
        rule(state)
        state.tokens = tokens

    return with_few_quotes


def _hold_bars(state: StateCore) -> None:
    """Replace `|` in the formulas of a line, so that it ends no cell of a table."""
    if "$" in state.src and "|" in state.src:
        state.src = held(state.src)


def held(text: str) -> str:
    """Return a text whose formulas have no `|`."""
    return _FORMULA.sub(lambda match: match[0].replace("|", HELD), text)


def _give_bars(state: StateCore) -> None:
    for token in state.tokens:
        token.content = token.content.replace(HELD, "|")
        token.info = token.info.replace(HELD, "|")


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
        elif token.type == "emoji":  # in a picture's text
            token.type = "text"


def _heading_braces(state: StateCore) -> None:
    """Take attributes from the end of headings, as in `## Title { #name }`."""
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type != "heading_open":
            continue
        title, braces = _without_braces(inline.content)
        try:
            _, attributes = parse_attributes(braces)
        except ParseError:
            continue
        opening.meta["insecure_attrs"] = attributes
        inline.content = title


def _without_default_titles(state: StateCore) -> None:
    """Leave out the title that a box is given when it has none, where the box is a sidenote."""
    opening = [i for i, token in enumerate(state.tokens) if token.type == "admonition_title_open"]
    for i in reversed(opening):
        box, title = state.tokens[i - 1], state.tokens[i + 1]
        if is_sidenote(box) and title.content == SIDENOTE.capitalize():
            del state.tokens[i : i + 3]


def is_sidenote(box: Token) -> bool:
    """Return whether a box is shown beside the text where there is space."""
    return SIDENOTE in str(box.attrs.get("class", "")).split() and box.markup.startswith("!")


def _without_braces(title: str) -> tuple[str, str]:
    """Return a title, and the braces at its end; empty without any."""
    title = title.rstrip(" \t")
    at = title.rfind("{")
    if at < 0 or title.find("}", at) != len(title) - 1:
        return title, ""
    return title[:at].rstrip(" \t"), title[at:]


_SMART_QUOTES = _with_few_quotes(smartquotes)
_PARSER = _parser()
OPTIONS = _PARSER.options

PLAIN = MarkdownIt("zero", _QUOTES).enable("smartquotes")
PLAIN.core.ruler.at("smartquotes", _SMART_QUOTES)
"""For text that is not Markdown."""


def inline_tokens(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens of all lines, those of a picture's text included."""
    for token in tokens:
        if token.type == "inline":
            yield from _deep(token.children or ())


def _deep(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        if token.children:
            yield from _deep(token.children)
