"""Code → HTML in the markup of the theme, with colours by Pygments.

Names, operators and punctuation have the colour of text: Pygments would give them two of three tags
of a post. A browser has a third of the work without, and so has all that takes a page apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from html import escape
from itertools import accumulate, groupby
from typing import Any

from mdit_py_plugins.attrs.parse import ParseError, parse
from pygments import token
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.util import ClassNotFound

_UNCOLOURED = {token.Name, token.Operator, token.Punctuation, token.Whitespace, token.Text}
_PYTHON = re.compile(r"\{?\.?(python3?|py)\b", re.IGNORECASE)
_OPTION = re.compile(r"""(?<![\w-])([\w-]+)=(?:"([^"]*)"|'([^']*)'|([\w,-]+))""")
SHOWN_ONLY = ".noeval"
"""In the line that opens a block of Python: it is shown and does not run, as jupytext has it."""

_ALIKE = 0.77
"""How alike two names are (`difflib`) of which one is the other with two letters exchanged."""

_PRINTED = {"console", "diff", "text"}
"""Languages whose long lines go on in the next one: what a program prints may be of any width."""

_TAG = re.compile(r"<[^>]*>")
_RUN = re.compile(r"(?:<[^>]*>|[^\s<])+")
_BREAKS = re.compile(r"(<[^>]*>)|\((?=[^)\s])|(?<=[A-Za-z_)\]])(?=\.\w+\()")
"""In a line of HTML, a tag; else a place where long code may go on in the next line."""

_LONG = 18
"""Characters without a space from which code may be broken also where it has no space."""

_NUMBER = re.compile(r"[0-9]{1,6}")
_NUMBERS = re.compile(r"(?<![0-9])([0-9]{1,6})(?:-([0-9]{1,6}))?(?![0-9])")


@dataclass(frozen=True, slots=True)
class Header:
    """What the line that opens a block of code says about it."""

    language: str = ""
    classes: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    """`title`, `linenums`, `hl_lines`, `id`; `wrap` for lines that continue on the next one."""


def read_header(info: str) -> Header | None:
    """Return what follows the backticks: ` ```python title="a.py" `, ` ``` { .sh .command } `.

    None for braces that are no list of attributes, such as the directives of other tools.
    """
    info = info.strip()
    if not info.startswith("{"):
        language, _, rest = info.partition(" ")
        if "{" in language:
            return None
        found = {m[1]: m[2] or m[3] or m[4] or "" for m in _OPTION.finditer(rest)}
        return Header(language, (), found)
    try:
        _, attributes = parse(info)
    except ParseError:
        return None
    language, *classes = attributes.pop("class", "").split() or [""]
    classes = [name for name in classes if f".{name}" != SHOWN_ONLY]
    return Header(language, tuple(classes), attributes)


def is_python(info: str) -> bool:
    """Return whether a block of code whose backticks this follows looks like Python."""
    return bool(_PYTHON.match(info.strip())) and SHOWN_ONLY not in info.strip(" {}").split()


def is_like_python(language: str) -> bool:
    """Return whether a language that no lexer knows is nearly `python`: `pyton`, `Pyhton3`."""
    name = language.lower().rstrip("0123456789.")
    unknown = isinstance(_lexer(language), TextLexer)
    return unknown and bool(get_close_matches(name, ["python"], cutoff=_ALIKE))


def code_html(code: str, header: Header | str = "") -> str:
    """Return a block of code; a text for `header` is a language."""
    if isinstance(header, str):
        header = Header(header)
    lines = list(highlighted(code, header.language))
    options = header.options
    marked = _marked(options.get("hl_lines", ""), len(lines))
    if _NUMBER.fullmatch(first := options.get("linenums", "")):
        width = len(str(int(first) + len(lines) - 1))
        lines = [
            f'<span class="linenos" data-linenos="{number:{width}} "></span>{line}'
            for number, line in enumerate(lines, start=int(first))
        ]
    lines = [
        f'<span class="hll">{line}\n</span>' if number in marked else f"{line}\n"
        for number, line in enumerate(lines, start=1)
    ]
    if options.get("wrap"):
        texts = code.split("\n")
        lines = [
            f'<span class="line"{hanging(text)}>{breakable(line)}</span>'
            for text, line in zip(texts, lines, strict=False)
        ]
    name = f' id="{escape(options["id"])}"' if options.get("id") else ""
    wrapped = ["wrapped"] if header.language in _PRINTED and "output" not in header.classes else []
    classes = escape(" ".join([*header.classes, *wrapped, "highlight"]))
    title = options.get("title", "")
    label = f'<span class="filename">{escape(title)}</span>' if title else ""
    body = "".join(lines)
    return f'<div{name} class="{classes}">{label}<pre><span></span><code>{body}</code></pre></div>'


def hanging(text: str) -> str:
    """Return the attribute that says how far a line is indented: further parts of it hang there."""
    indent = len(text) - len(text.lstrip(" "))
    return f' style="--in:{indent}ch"' if indent else ""


def breakable(line: str) -> str:
    """Return a line of HTML whose long words may be broken after `(` and before a method."""
    return _RUN.sub(lambda run: _broken(run[0]), line)


def _broken(run: str) -> str:
    if len(_TAG.sub("", run)) < _LONG:
        return run
    return _BREAKS.sub(lambda found: found[1] or f"{found[0]}<wbr>", run)


def highlighted(code: str, language: str) -> Iterator[str]:
    """Yield each line of code as HTML, in which a renderer of Markdown changes nothing."""
    parts = ((_class_of(kind), text) for kind, text in _lexer(language).get_tokens(code))
    line = ""
    for name, group in groupby(parts, key=lambda part: part[0]):
        text = escape("".join(text for _, text in group), quote=False).replace("\t", "&#9;")
        first, *rest = text.split("\n")
        line += _span(name, first)
        for more in rest:
            yield _kept(line)
            line = _span(name, more)
    if line:
        yield _kept(line)


def _span(name: str, text: str) -> str:
    return f'<span class="{name}">{text}</span>' if name and text else text


def _kept(line: str) -> str:
    """Return a line; if it consists of spaces, then so that no renderer strips them."""
    return f"&#32;{line[1:]}" if line.isspace() else line


def _class_of(kind: Any) -> str:
    while kind not in token.STANDARD_TYPES:
        kind = kind.parent
    return "" if kind in _UNCOLOURED else token.STANDARD_TYPES[kind]


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    """Return what finds the parts of code in a language; plain text for an unknown one."""
    try:
        return get_lexer_by_name(language) if language else TextLexer()
    except ClassNotFound:
        return TextLexer()


def _marked(text: str, most: int) -> frozenset[int]:
    """Return the numbers of the lines, `most` at most, that `hl_lines` names: `2 4-6`."""
    changes = [0] * (most + 2)  # ranges that begin at a line, less those that end before it
    for match in _NUMBERS.finditer(text):
        first, last = int(match[1]), min(int(match[2] or match[1]), most)
        if first <= last:
            changes[first] += 1
            changes[last + 1] -= 1
    return frozenset(number for number, depth in enumerate(accumulate(changes)) if depth)
