"""Markdown and LaTeX that a cell has shown → HTML, with the formulas as MathML; and JSON → text.

They are read as Jupyter reads them. Raises BadTex for a formula that cannot be shown.
"""

from __future__ import annotations

import html
import json
import re
import secrets
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from site_tools.checks import html_cleaning
from site_tools.model.terminal_text import without_unseen
from site_tools.posts.formulas import BadTex, Typesetter

_DISPLAY = re.compile(
    r"\$\$(?P<dollars>.+?)\$\$|\\\[(?P<brackets>.+?)\\\]"
    r"|(?P<environment>\\begin\{(?P<name>\w+\*?)\}.+?\\end\{(?P=name)\})"
    r"|(?<![\\$])\$(?P<inline>(?:[^$\\]|\\.)+?)\$|\\\((?P<round>.+?)\\\)",
    re.DOTALL,
)
_IN_DISPLAY = re.compile(r"\\displaystyle\b")


def latex_html(text: str, name: str) -> str:
    """Return LaTeX as HTML; `name` opens the anchors of its equations."""
    parts, end = [], 0
    typesetter = Typesetter(name)
    for match in _DISPLAY.finditer(text):
        kind = next(kind for kind in _KINDS if match[kind])
        tex = match[kind].strip()
        inline = kind in {"inline", "round"}
        whole = match[0] == text.strip()
        parts += [html.escape(text[end : match.start()], quote=False)]
        parts += [_formula(typesetter, tex, is_display=not inline or (whole and _is_display(tex)))]
        end = match.end()
    rest = html.escape(text[end:], quote=False)
    return f"<p>{without_unseen(''.join([*parts, rest])).strip()}</p>"


def json_text(value: Any) -> str:
    """Return a value of JSON as text in several lines; raises RecursionError for a deep one."""
    return json.dumps(value, indent=2, ensure_ascii=False)


_KINDS = ("dollars", "brackets", "environment", "inline", "round")


def markdown_html(text: str, name: str) -> str:
    """Return Markdown as HTML that runs nothing; `name` opens the anchors of its equations."""
    held: list[str] = []
    typesetter = Typesetter(name)
    mark = f"formula{secrets.token_hex(16)}n"  # where one comes back: no text can know it

    def hold(tex: str, options: dict[str, Any]) -> str:
        held.append(_formula(typesetter, tex, is_display=options["display_mode"]))
        return f"{mark}{len(held) - 1};"

    clean = html_cleaning.cleaned(_parser().render(text, {"hold": hold}))
    return re.sub(f"{mark}(\\d+);", lambda match: held[int(match[1])], clean)


def markdown_as_html(text: str) -> str:
    """Return the HTML of Markdown as it is before anything is cleaned, without its formulas."""
    return str(_parser().render(text, {"hold": lambda *_: "x"}))


@cache
def _parser() -> MarkdownIt:
    """Return the parser of CommonMark with the tables and the dollars that Jupyter has."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, double_inline=True)

    def rule(display: bool) -> Any:  # noqa: FBT001
        def render(_self: Any, tokens: Any, index: int, _options: Any, env: Any) -> str:
            return str(env["hold"](tokens[index].content, {"display_mode": display}))

        return render

    for kind in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(kind, rule(kind != "math_inline"))
    return parser


def _is_display(tex: str) -> bool:
    return bool(_IN_DISPLAY.match(tex))


def _formula(typesetter: Typesetter, tex: str, *, is_display: bool) -> str:
    r"""Return a formula as MathML; `\displaystyle` at its start is what `is_display` says."""
    plain = _IN_DISPLAY.sub("", tex, count=1).strip() if _is_display(tex) else tex.strip()
    if not plain:
        raise BadTex("this formula is empty.", "Write one between the dollars.", 0)
    return typesetter.html(plain, is_display)
