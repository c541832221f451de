"""The tokens of prose → HTML in the markup of the theme."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from html import escape, unescape
from typing import Any

from markdown.extensions.toc import slugify
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from site_tools.model.work import Work
from site_tools.posts.code_html import Header, code_html, read_header
from site_tools.posts.cross_references import Label, Labels, label_of
from site_tools.posts.diagrams import BadDiagram, diagram_html, is_diagram
from site_tools.posts.markdown_marks import key_names
from site_tools.posts.markdown_parser import OPTIONS, SIDENOTE, is_sidenote
from site_tools.posts.media import CAPTIONS, kind_of
from site_tools.posts.page_notes import Citations, Footnotes

_TAG = re.compile(r"""<\w(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_FOR_MARKDOWN = re.compile(
    r"""("[^"]*"|'[^']*')|\smarkdown(?:=(?:"[^"]*"|'[^']*'|[^\s"'<>=]+))?(?=[\s/>])"""
)
"""In a tag, a value; or the attribute that asks other renderers for Markdown inside."""

_LABEL = re.compile(r"\\label\{([^{}]*)\}")

_READ = {"paragraph_open", "td_open", "dd_open"}
"""What opens a line that is read as text: no heading and no title."""

_BEFORE_PERCENT = re.compile(r"(?<=\d) (?=%)")

_ALERTS = {"NOTE": "note", "TIP": "tip", "IMPORTANT": "info", "WARNING": "warning",
           "CAUTION": "danger"}  # fmt: skip
"""GitHub's alerts, and the boxes of the theme that look like them."""

_CHECKBOX = (
    '<label class="task-list-control"><input type="checkbox" disabled{}>'
    '<span class="task-list-indicator"></span></label> '
)


def anchor_of(html: str) -> str:
    """Return the name of a heading in addresses, as Python-Markdown makes it."""
    return slugify(unescape(re.sub(r"<[^>]*>", "", html)), "-") or "section"


def plain_text(inline: Token) -> str:
    """Return the text of a line without markup."""
    parts = inline.children or ()
    return "".join(part.content for part in parts if part.type in {"text", "code_inline"})


@dataclass(frozen=True, slots=True)
class PageKnowledge:
    """What must be known of a whole page to write a part of it."""

    name: str = ""
    """Distinguishes its tabs from those of other pages."""
    works: Sequence[Work] = ()
    """What it cites, in the order of their numbers."""
    labels: Labels = field(default_factory=dict)
    """Its figures and equations that have a name."""
    linked: Callable[[Sequence[Token]], Iterable[Token]] | None = None
    """Links words to the glossary: the tokens of a line → the same with links."""


class ThemeRenderer(RendererHTML):
    """markdown-it's renderer, with the markup of the theme. Its methods are named after tokens."""

    def __init__(
        self,
        formula: Callable[[str, bool], str],
        address: Callable[[str], str],
        known: PageKnowledge,
    ) -> None:
        super().__init__()
        self._labels = known.labels
        self._linked = known.linked
        self.citations, self.footnotes = Citations(known.works), Footnotes()
        self._mentions: dict[str, int] = {}
        """How often each figure and equation is referred to so far."""
        self._name = f"{known.name}_" if known.name else ""
        """Opens the names of what a list of posts must not have twice."""
        self._sets = 0
        """Sets of tabs so far."""
        self._titles: dict[int, Token] = {}
        """For each start of a tab among the tokens that are rendered: its title."""
        self._formula = formula
        self._address = address

    def html(self, tokens: Sequence[Token]) -> str:
        """Return tokens as HTML."""
        return self.render(tokens, OPTIONS, {})

    def render(self, tokens: Sequence[Token], options: OptionsDict, env: Any) -> str:
        """Return tokens as HTML; the title of a tab is among the labels of its set."""
        shown = [
            replace(token, children=[])
            if token.type == "inline" and i and tokens[i - 1].type == "tab_open"
            else token
            for i, token in enumerate(tokens)
        ]
        for i, token in enumerate(tokens):
            parts = token.children or []
            if self._linked and token.type == "inline" and tokens[max(i - 1, 0)].type in _READ:
                shown[i] = replace(token, children=list(self._linked(parts)))
            if token.type == "inline" and len(parts) == 1 and label_of(parts[0]) in self._labels:
                for at in (i - 1, i + 1):  # a figure is in no paragraph
                    shown[at] = replace(shown[at], hidden=True)
        self._titles = {i: tokens[i + 1] for i, t in enumerate(tokens) if t.type == "tab_open"}
        return super().render(shown, options, env)

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
        """Return a block of code, or the diagram that it is."""
        header = read_header(unescape(tokens[idx].info)) or Header()
        if is_diagram(header):
            with suppress(BadDiagram):  # `check` names it
                return diagram_html(tokens[idx].content, header) + "\n"
        return code_html(tokens[idx].content, header) + "\n"

    def code_block(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return an indented block of code."""
        return code_html(tokens[idx].content) + "\n"

    def code_inline(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return code in a line."""
        token = tokens[idx]
        return f"<code{self.renderAttrs(token)}>{escape(token.content, quote=False)}</code>"

    def text(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return plain text; a number and its percent sign stay on one line."""
        return _BEFORE_PERCENT.sub("\N{NO-BREAK SPACE}", escape(tokens[idx].content, quote=False))

    def html_block(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return HTML as it is."""
        return _TAG.sub(_without_markdown, tokens[idx].content)

    html_inline = html_block  # type: ignore[assignment]

    def math_inline(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return a formula."""
        return self._formula(tokens[idx].content, False)  # noqa: FBT003

    def math_inline_double(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return a formula on display, with links back to what refers to its equations."""
        tex = tokens[idx].content
        labels = (self._labels.get(name) for name in _LABEL.findall(tex))
        backs = "".join(_back_links(label) for label in labels if label)
        return f"{self._formula(tex, True)}{backs}"  # noqa: FBT003

    def math_block(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return a formula that is a block."""
        return f"<p>{self.math_inline_double(tokens, idx)}</p>\n"

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
        label = self._labels.get(label_of(token))
        if kind := kind_of(address):
            player = self._player(token, kind, address, alt)
            return figure(player, label, str(token.attrs.get("title", ""))) if label else player
        if label is None:
            return f"<img{self.renderAttrs(_with(token, src=address, alt=alt))}>"
        attributes = {key: value for key, value in token.attrs.items() if key != "title"}
        given = {k: v for k, v in token.meta["insecure_attrs"].items() if k != "id"}
        bare = replace(token, attrs=attributes, meta={**token.meta, "insecure_attrs": given})
        shown = f"<img{self.renderAttrs(_with(bare, src=address, alt=alt))}>"
        return figure(shown, label, str(token.attrs.get("title", "")))

    def _player(self, token: Token, kind: str, address: str, alt: str) -> str:
        """Return a film or a sound, with its captions; nothing of it is loaded before it plays."""
        given = dict(token.meta.get("insecure_attrs", {}))
        captions = str(given.pop(CAPTIONS, ""))
        given.pop("id" if label_of(token) else "", None)
        track = (
            f'<track kind="captions" src="{escape(self._address(captions))}" default>'
            if captions
            else ""
        )
        attributes = {"src": address, "aria-label": alt, "controls": "", "preload": "metadata"}
        shown = RendererHTML.renderAttrs(replace(token, attrs={**attributes, **given}))
        return f"<{kind}{shown}>{track}</{kind}>"

    def footnote_ref(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return a reference to a footnote."""
        return self.footnotes.mark(tokens[idx].meta["label"])

    def admonition_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return the start of a box, which begins folded after `???`."""
        token = tokens[idx]
        if is_sidenote(token):
            return f'<div class="{SIDENOTE}" role="note">\n'
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

    def tab_set_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any
    ) -> str:
        """Return the start of a set of tabs: its switches and their labels."""
        self._sets += 1
        name = f"__tabbed_{self._name}{self._sets}"
        tabs = list(_tabs_of(tokens, idx))
        opened = next((i for i in tabs if "+" in tokens[i].markup), tabs[0])
        inputs, labels = [], []
        for number, i in enumerate(tabs, start=1):
            checked = ' checked="checked"' if i == opened else ""
            inputs.append(f'<input{checked} id="{name}_{number}" name="{name}" type="radio">')
            title = self.renderInline(self._titles[i].children or [], options, env)
            labels.append(f'<label for="{name}_{number}">{title}</label>')
        head = f'<div class="tabbed-set tabbed-alternate" data-tabs="{self._sets}:{len(tabs)}">'
        shown = f'<div class="tabbed-labels">{"".join(labels)}</div>'
        return f'{head}{"".join(inputs)}{shown}\n<div class="tabbed-content">\n'

    def tab_set_close(self, *_: Any) -> str:
        """Return the end of a set of tabs."""
        return "</div>\n</div>\n"

    def tab_open(self, *_: Any) -> str:
        """Return the start of a tab."""
        return '<div class="tabbed-block">\n'

    def keys(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return keys that are pressed together."""
        keys = key_names(tokens[idx].content) or []
        parts = (f'<kbd class="key-{name}">{escape(label)}</kbd>' for name, label in keys)
        return f'<span class="keys">{"<span>+</span>".join(parts)}</span>'

    def citation(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return the numbers of works that are cited, as links to the list of them."""
        return self.citations.mark(tokens[idx].meta["cited"], tokens[idx].content)

    def reference(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return a link to a figure or an equation."""
        label = self._labels.get(tokens[idx].content)
        if label is None:
            return f"@{tokens[idx].content}"
        number = self._mentions[label.anchor] = self._mentions.get(label.anchor, 0) + 1
        text = label.text.replace(" ", "&#160;")
        return f'<a id="{label.mention(number)}" href="#{label.anchor}">{text}</a>'

    def emoji(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Return an emoji."""
        return tokens[idx].content

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
        box = _CHECKBOX.format(" checked" if token.meta["checked"] else "")
        return start.partition("<input")[0] + box

    def bullet_list_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Return the start of a list."""
        start = self.renderToken(tokens, idx, options, env)
        return start.replace("contains-task-list", "task-list")


def figure(picture: str, label: Label, caption: str) -> str:
    """Return a picture with its number, its caption, and links back to what refers to it."""
    words = escape(f"{label.text}. {caption}".strip(), quote=False) + _back_links(label)
    return f'<figure id="{label.anchor}">{picture}<figcaption>{words}</figcaption></figure>'


def _back_links(label: Label) -> str:
    """Return links to what refers to a figure or an equation."""
    return "".join(
        f'&#160;<a class="footnote-backref" href="#{label.mention(i)}" '
        f'title="Jump back to reference {i} to {label.text} in the text">&#8617;</a>'
        for i in range(1, label.times + 1)
    )


def _tabs_of(tokens: Sequence[Token], idx: int) -> Iterator[int]:
    """Yield where the tabs of a set begin; those of a set within it are no part of it."""
    level = tokens[idx].level
    for i in range(idx + 1, len(tokens)):
        if tokens[i].type == "tab_set_close" and tokens[i].level == level:
            return
        if tokens[i].type == "tab_open" and tokens[i].level == level + 1:
            yield i


def _without_markdown(tag: re.Match[str]) -> str:
    """Return a tag without the attribute that asks for Markdown."""
    return _FOR_MARKDOWN.sub(lambda part: part[1] or "", tag[0])


def _with(token: Token, **attributes: str) -> Token:
    return replace(token, attrs={**token.attrs, **attributes})
