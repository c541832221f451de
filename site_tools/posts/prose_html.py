"""Prose → the blocks of a page: headings, and finished HTML in the markup of the theme.

Headings stay Markdown, so any renderer puts them into its contents, its search and its titles.
All else is HTML, which no renderer reads again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import Any

from markdown.extensions.toc import slugify
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from site_tools.posts.code_html import Header, code_html, read_header
from site_tools.posts.html_tags import left_open
from site_tools.posts.markdown_parser import OPTIONS, PLAIN, parse

_FOR_MARKDOWN = re.compile(r'(<\w[^<>]*?)\smarkdown(?:="[^"<>]*"|=\w+)?(?=[\s>])')
"""A tag that asks other renderers for Markdown inside."""

_PRE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_MARKUP = re.compile(r"(&[#\w]+;)|[!#$*+:@\[\\\]^_`{|}~]")
_ALERTS = {"NOTE": "note", "TIP": "tip", "IMPORTANT": "info", "WARNING": "warning",
           "CAUTION": "danger"}  # fmt: skip
"""GitHub's alerts, and the boxes of the theme that look like them."""

_CHECKBOX = (
    '<label class="task-list-control"><input type="checkbox" disabled{}>'
    '<span class="task-list-indicator"></span></label> '
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that belongs to the contents of its page."""

    level: int
    html: str
    anchor: str = ""
    """The name that the author has given it."""
    classes: str = ""


Block = Heading | str
"""A block of a page: a heading, or finished HTML."""


def staged(blocks: Iterable[Block]) -> str:
    """Return blocks as Markdown that any renderer reads as it is meant."""
    blocks = [block for block in blocks if block]
    taken = {one.anchor for one in blocks if isinstance(one, Heading)}
    taken |= {name for one in blocks if isinstance(one, str) for name in anchors_in(one)}
    parts = []
    for block in blocks:
        if isinstance(block, Heading):
            anchor = block.anchor or unique(anchor_of(block.html), taken)
            names = " ".join([f"#{anchor}", *(f".{name}" for name in block.classes.split())])
            parts.append(f"{'#' * block.level} {markdown_safe(block.html)} {{ {names} }}")
        else:
            parts.append(block)
    return "\n\n".join(parts) + "\n"


def as_markdown(blocks: Iterable[Block]) -> str:
    """Return blocks as Markdown that Jupyter's converter reads as it is meant.

    It takes a block of HTML to end at an empty line, and dollars in it for formulas.
    """
    parts = [
        f"{'#' * block.level} {markdown_safe(block.html)}"
        if isinstance(block, Heading)
        else _PRE.sub(lambda pre: pre[0].replace("\n", "&#10;"), block)
        for block in blocks
    ]
    return "\n\n".join(re.sub(r"\n\s*\n", "\n", part) for part in parts).replace("$", "&#36;")


def anchors_in(html: str) -> list[str]:
    """Return the anchors of finished HTML."""
    return [unescape(name) for name in re.findall(r'<[^<>]*?\sid="([^"]*)"', html)]


def anchor_of(html: str) -> str:
    """Return the name of a heading in addresses, as Python-Markdown makes it."""
    return slugify(unescape(re.sub(r"<[^>]*>", "", html)), "-") or "section"


def unique(name: str, taken: set[str]) -> str:
    """Return a name that is not taken, and take it."""
    new, number = name, 0
    while new in taken:
        number += 1
        new = f"{name}_{number}"
    taken.add(new)
    return new


def markdown_safe(html: str) -> str:
    """Return HTML of a line in which Markdown finds nothing but tags and characters."""
    return _MARKUP.sub(lambda match: match[1] or f"&#{ord(match[0])};", html.replace("\n", " "))


class ProseWriter:
    """Writes the prose of one page, whose formulas and footnotes go on from text to text."""

    def __init__(
        self,
        formula: Callable[[str, bool], str],
        address: Callable[[str], str] = str,
        references: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        """Start a page.

        `formula` makes HTML of TeX, which is on display or not; `address` returns where a link
        leads, seen from the page; `references` are those of all prose on the page.
        """
        self._references = tuple(references)
        self._renderer = _Renderer(formula, address)

    def blocks(self, text: str) -> list[Block]:
        """Return the blocks of a text."""
        tokens = self._renderer.without_notes(parse(text, self._references))
        found: list[Block] = []
        left: tuple[str, ...] = ()
        for group in _groups(tokens):
            html = self._renderer.html(group)
            if group[0].type == "heading_open" and not left:
                found.append(_heading(group, self._renderer))
            elif html.strip():
                found.append(html.strip("\n"))
            if group[0].type == "html_block":
                left = left_open(html, left)
        return found

    def html(self, text: str) -> str:
        """Return a text as HTML, its headings included."""
        tokens = self._renderer.without_notes(parse(text, self._references))
        return self._renderer.html(tokens).strip("\n")

    def line(self, text: str) -> str:
        """Return a text as HTML without blocks; several paragraphs are joined."""
        html = self.html(text)
        return re.sub(r"</p>\s*<p>", " ", html.removeprefix("<p>").removesuffix("</p>"))

    def footnotes(self) -> str:
        """Return the footnotes that the texts refer to; empty without any."""
        return self._renderer.footnotes()


def _groups(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each block that is in no other."""
    group: list[Token] = []
    level = 0
    for token in tokens:
        group.append(token)
        level += token.nesting
        if not level:
            yield group
            group = []


def _heading(group: Sequence[Token], renderer: _Renderer) -> Heading:
    attributes = group[0].meta.get("insecure_attrs", {})
    html = renderer.html(group[1:-1])
    anchor, classes = attributes.get("id", ""), attributes.get("class", "")
    return Heading(int(group[0].tag[1]), html, anchor, classes)


class _Renderer(RendererHTML):
    """markdown-it's renderer, with the markup of the theme. Its methods are named after tokens."""

    def __init__(self, formula: Callable[[str, bool], str], address: Callable[[str], str]) -> None:
        super().__init__()
        self._formula = formula
        self._address = address
        self._notes: dict[str, list[Token]] = {}
        self._used: dict[str, int] = {}
        """How often each footnote is referred to, in the order of their numbers."""

    def html(self, tokens: Sequence[Token]) -> str:
        """Return tokens as HTML."""
        return self.render(tokens, OPTIONS, {})

    def without_notes(self, tokens: Sequence[Token]) -> list[Token]:
        """Return tokens without the footnotes, which are kept for the end of the page."""
        kept: list[Token] = []
        into = kept
        for token in tokens:
            if token.type == "footnote_reference_open":
                into = self._notes[token.meta["label"]] = []
            elif token.type == "footnote_reference_close":
                into = kept
            else:
                into.append(token)
        return kept

    def footnotes(self) -> str:
        """Return the list of the footnotes."""
        items: list[str] = []
        while len(items) < len(self._used):  # a footnote may refer to another
            number = len(items) + 1
            label = list(self._used)[len(items)]
            html = self.html(self._notes.get(label, [])).strip("\n")
            backs = "".join(
                f'&#160;<a class="footnote-backref" href="#fnref{_nth(i)}:{number}" '
                f'title="Jump back to footnote {number} in the text">&#8617;</a>'
                for i in range(self._used[label])
            )
            html = f"{html[:-4]}{backs}</p>" if html.endswith("</p>") else f"{html}<p>{backs}</p>"
            items.append(f'<li id="fn:{number}">\n{html}\n</li>')
        if not items:
            return ""
        return "\n".join(['<div class="footnote">', "<hr>", "<ol>", *items, "</ol>", "</div>"])

    @staticmethod
    def renderAttrs(token: Token) -> str:  # noqa: N802  markdown-it's name
        """Return a tag's attributes, those in braces behind it included."""
        given = token.meta.get("insecure_attrs")
        if not given:
            return RendererHTML.renderAttrs(token)
        both: dict[str, Any] = {**token.attrs, **given}
        if "class" in token.attrs and "class" in given:
            both["class"] = f"{token.attrs['class']} {given['class']}"
        return RendererHTML.renderAttrs(replace(token, attrs=both))

    def heading_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return the start of a heading inside of another block."""
        token = tokens[idx]
        given = token.meta.get("insecure_attrs", {})
        anchor = given.get("id") or anchor_of(self.html([tokens[idx + 1]]))
        attributes = {**given, "id": anchor}
        return f"<{token.tag}{RendererHTML.renderAttrs(replace(token, attrs=attributes))}>"

    def fence(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return a block of code."""
        header = read_header(unescape(tokens[idx].info)) or Header()
        return code_html(tokens[idx].content, header) + "\n"

    def code_block(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return an indented block of code."""
        return code_html(tokens[idx].content) + "\n"

    def code_inline(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return code in a line."""
        token = tokens[idx]
        return f"<code{self.renderAttrs(token)}>{escape(token.content, quote=False)}</code>"

    def text(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return plain text."""
        return escape(tokens[idx].content, quote=False)

    def html_block(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return HTML as it is."""
        return _FOR_MARKDOWN.sub(r"\1", tokens[idx].content)

    html_inline = html_block  # type: ignore[assignment]

    def math_inline(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return a formula."""
        return self._formula(tokens[idx].content, False)  # noqa: FBT003

    def math_inline_double(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return a formula on display."""
        return self._formula(tokens[idx].content, True)  # noqa: FBT003

    def math_block(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return a formula that is a block."""
        return f"<p>{self._formula(tokens[idx].content, True)}</p>\n"  # noqa: FBT003

    amsmath = math_block

    def link_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return the start of a link."""
        token = tokens[idx]
        address = self._address(str(token.attrs["href"]))
        return f"<a{self.renderAttrs(_with(token, href=address))}>"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        """Return a picture."""
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children, options, env)
        address = self._address(str(token.attrs["src"]))
        return f"<img{self.renderAttrs(_with(token, src=address, alt=alt))}>"

    def footnote_ref(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return a reference to a footnote."""
        label = tokens[idx].meta["label"]
        times = self._used.setdefault(label, 0)
        self._used[label] = times + 1
        number = list(self._used).index(label) + 1
        link = f'<a class="footnote-ref" href="#fn:{number}">{number}</a>'
        return f'<sup id="fnref{_nth(times)}:{number}">{link}</sup>'

    def admonition_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return the start of a box, which begins folded after `???`."""
        token = tokens[idx]
        kinds = [name for name in str(token.attrs["class"]).split() if "collapsible" not in name]
        if not token.markup.startswith("?"):
            return f'<div class="{escape(" ".join(kinds))}">\n'
        is_open = " open" if token.markup.endswith("+") else ""
        return f'<details class="{escape(" ".join(kinds[1:]))}"{is_open}>\n'

    def admonition_title_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return the start of a box's title."""
        folds = tokens[idx].markup.startswith("?")
        return "<summary>" if folds else '<p class="admonition-title">'

    def admonition_title_close(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return the end of a box's title."""
        return "</summary>\n" if tokens[idx - 2].markup.startswith("?") else "</p>\n"

    def admonition_close(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return the end of a box."""
        return "</details>\n" if tokens[idx].markup.startswith("?") else "</div>\n"

    def alert_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return the start of one of GitHub's alerts."""
        return f'<div class="admonition {_ALERTS[tokens[idx].meta["kind"]]}">\n'

    def alert_title_open(self, *_: Any) -> str:
        """Return the start of an alert's title."""
        return '<p class="admonition-title">'

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Return the start of a list item, with its box if it is a task."""
        token = tokens[idx]
        start = self.renderToken(tokens, idx, options, env)
        if "checked" not in token.meta:
            return start
        return start.partition("<input")[0] + _CHECKBOX.format(" checked" if token.meta["checked"] else "")

    def bullet_list_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Return the start of a list."""
        start = self.renderToken(tokens, idx, options, env)
        return start.replace("contains-task-list", "task-list")


def _with(token: Token, **attributes: str) -> Token:
    return replace(token, attrs={**token.attrs, **attributes})


def _nth(times: int) -> str:
    return str(times + 1) if times else ""


def plain_html(text: str) -> str:
    """Return a plain text as HTML, with the quotation marks of print."""
    return str(PLAIN.renderInline(text))
