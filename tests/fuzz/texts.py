"""Strategies for text that readers of text get wrong: signs, Markdown, HTML, code, YAML.

What the texts are made of is in `pieces/`: one list for each language, easy to add to.
"""

from __future__ import annotations

import ast
import json
import warnings
from pathlib import Path
from typing import cast

from hypothesis import strategies as st


def pieces(name: str) -> list[str]:
    """Return the texts in one of the files."""
    text = (Path(__file__).parent / "pieces" / f"{name}.json").read_text(encoding="utf-8")
    return cast("list[str]", json.loads(text))


def _joined(part: st.SearchStrategy[str], *separators: str) -> st.SearchStrategy[str]:
    def join(separator: str) -> st.SearchStrategy[str]:
        return st.lists(part, max_size=12).map(separator.join)

    return st.sampled_from(separators).flatmap(join)


def _parses(code: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


SIGN = st.sampled_from(pieces("signs"))
"""What a terminal obeys, what changes case or number, or what is no character at all."""

ODD_TEXT = _joined(SIGN | st.text(max_size=4) | st.sampled_from("ab <&>\"'`{}[]$#"), "", " ")

SHOWN_TEXT = ODD_TEXT.map(lambda text: "".join(filter(str.isprintable, text)))
"""Text that may be in front matter, which has no control characters."""

MARKDOWN = [name for kind in ("markdown", "html", "links", "marks") for name in pieces(kind)]
PIECE = st.sampled_from(MARKDOWN)
PROSE = _joined(PIECE | PIECE | PIECE | ODD_TEXT, "", " ", "\n", "\n\n", "\n> ", "\n  ")

REPEATED = st.lists(PIECE, min_size=1, max_size=3).map("".join).filter(bool)
"""What is repeated to make a long text."""

EXPRESSION = st.sampled_from(pieces("expressions"))
STATEMENT = st.builds(
    lambda form, a, b: form.replace("{a}", a).replace("{b}", b),
    st.sampled_from(pieces("statements")),
    EXPRESSION,
    EXPRESSION,
)
SOUND_STATEMENT = STATEMENT.filter(_parses)
CODE = st.lists(SOUND_STATEMENT, max_size=6).map("\n".join) | st.lists(
    STATEMENT | STATEMENT | STATEMENT | ODD_TEXT, max_size=6
).map("\n".join)


def quoted(text: str) -> str:
    """Return a text as YAML between double quotes; what has no other form is escaped."""
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in escaped)


_SCALAR = st.sampled_from(pieces("yaml")) | ODD_TEXT.map(quoted)


def _inside(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.lists(values, max_size=4).map(lambda items: f"[{', '.join(items)}]")
    pairs = st.lists(st.tuples(_SCALAR, values), max_size=3)
    return lists | pairs.map(lambda items: f"{{{', '.join(f'{k}: {v}' for k, v in items)}}}")


_DEEP = st.integers(0, 200).map(lambda depth: "[" * depth + "]" * depth)
YAML = st.recursive(_SCALAR, _inside, max_leaves=6) | _DEEP
"""A value as it may follow a key, right or wrong."""
