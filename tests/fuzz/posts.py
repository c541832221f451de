"""Strategies for posts: what an author may have saved, in each of the three formats."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.texts import CODE, EXPRESSION, ODD_TEXT, PROSE, SHOWN_TEXT, YAML, quoted
from tests.fuzz.values import changed, damaged


@dataclass(frozen=True)
class File:
    """A post as a file."""

    suffix: str
    data: bytes


_GOOD = {
    "title": "A post",
    "description": "An example.",
    "date": "2026-11-21",
    "authors": "[ada]",
    "minutes": "{read: 1, do: 1}",
    "no_learning": "It is an example.",
}
_KEYS = [*_GOOD, "categories", "tags", "requires", "device", "explain", "memory", "learns"]
_KEYS += ["packages", "draft", "curve", "", "x", "'\\0'", "? a", "- a", "&a b", "<<"]
_CLAIM_KEYS = ["says", "metric", "goal", "seeds", "controls", "freeze", "tally", "set", "expect"]
_CLAIM_KEYS += ["baseline", "shuffle", "curve", "x"]
_SPOKEN = ["title", "description", "no_learning"]
_LISTED = ["categories", "tags"]
_METRIC = EXPRESSION | st.sampled_from(["w", "accuracy > 0.9", "abs(w - 1)"]) | ODD_TEXT


@st.composite
def _claim(draw: st.DrawFn) -> dict[str, str]:
    claim = {"says": "It learns", "metric": "w", "goal": '"< 1"', "freeze": "[w]"}
    if draw(st.booleans()):
        claim["metric"] = quoted(draw(_METRIC))
    return claim | draw(st.dictionaries(st.sampled_from(_CLAIM_KEYS), YAML, max_size=1))


@st.composite
def _sound_front_matter(draw: st.DrawFn) -> str:
    """Return front matter that nothing is wrong with, whatever its text is."""
    keys: dict[str, str] = dict(_GOOD)
    for key in draw(st.lists(st.sampled_from(_SPOKEN), max_size=2)):
        keys[key] = quoted("A " + draw(SHOWN_TEXT))
    for key in draw(st.lists(st.sampled_from(_LISTED), max_size=2)):
        names = draw(st.lists(SHOWN_TEXT, max_size=3))
        keys[key] = f"[{', '.join(quoted(f'A{name}') for name in names)}]"
    return "\n".join(f"{key}: {value}" for key, value in keys.items())


@st.composite
def _odd_front_matter(draw: st.DrawFn) -> str:
    keys: dict[str, str] = dict(_GOOD)
    if draw(st.booleans()):
        del keys["no_learning"]
        claim = draw(_claim())
        keys["learns"] = "\n  - " + "\n    ".join(f"{key}: {claim[key]}" for key in claim)
    keys |= draw(st.dictionaries(st.sampled_from(_KEYS), YAML, max_size=2))
    for key in draw(st.lists(st.sampled_from(_KEYS), max_size=1)):
        keys.pop(key, None)
    lines = [f"{key}: {value}" for key, value in keys.items()]
    if draw(st.integers(0, 5)) == 0:
        lines.insert(draw(st.integers(0, len(lines))), draw(YAML | ODD_TEXT))
    return "\n".join(lines)


_CELL = st.tuples(st.just("prose"), PROSE) | st.tuples(st.just("code"), CODE)
_CELLS = st.lists(_CELL, max_size=4)
_PARTS = (
    st.tuples(_sound_front_matter(), _CELLS)
    | st.tuples(_sound_front_matter(), st.lists(st.tuples(st.just("prose"), PROSE), max_size=4))
    | st.tuples(_odd_front_matter(), _CELLS.map(lambda cells: cells[:1]))
)
_OPTIONS = st.sampled_from(
    [
        "",
        "",
        "",
        ' alt="A"',
        ' tags=["remove-cell"]',
        " tags=[",
        ' alt="\\',
        " {",
        ' x="1"',
        " a-b=1",
    ]
)


@st.composite
def _markdown(draw: st.DrawFn) -> str:
    head, cells = draw(_PARTS)
    blocks = [f"---\n{head}\n---"]
    for kind, text in cells:
        fence = f"```python{draw(_OPTIONS)}\n{text}\n```"
        blocks.append(text if kind == "prose" else fence)
    return "\n\n".join([*blocks, "```python\na = 1\n```", ""])


@st.composite
def _script(draw: st.DrawFn) -> str:
    head, cells = draw(_PARTS)
    blocks = [_commented(f"---\n{head}\n---")]
    for kind, text in cells:
        marker = "# %% [markdown]" if kind == "prose" else f"# %%{draw(_OPTIONS)}"
        blocks.append(f"{marker}\n{_commented(text) if kind == 'prose' else text}")
    return "\n\n".join([*blocks, "# %%\na = 1", ""])


def _commented(text: str) -> str:
    return "\n".join(f"# {line}" for line in text.split("\n"))


_ODD_CELLS = [
    {"cell_type": "markdown", "source": ["![a](attachment:a.png)"],
     "attachments": {"a.png": {"image/png": "AAAA"}}, "metadata": {}, "id": "a"},
    {"cell_type": "code", "source": "a = 1", "outputs": [{"output_type": "error"}], "id": "a",
     "execution_count": 10**30, "metadata": {"tags": ["remove-cell"], "alt": "A"}},
    {"cell_type": "heading", "level": 1, "source": "A", "metadata": {}},
    {"cell_type": "raw", "source": "x", "metadata": {"format": "text/html"}},
]  # fmt: skip


@st.composite
def _notebook(draw: st.DrawFn) -> Any:
    head, cells = draw(_PARTS)
    book: list[Any] = [{"cell_type": "raw", "metadata": {}, "source": f"---\n{head}\n---"}]
    for kind, text in cells:
        source = text.splitlines(keepends=True) if draw(st.booleans()) else text
        name = "markdown" if kind == "prose" else "code"
        book.append({"cell_type": name, "metadata": {}, "source": source})
    book += draw(st.lists(st.sampled_from(_ODD_CELLS), max_size=2))
    book.append({"cell_type": "code", "metadata": {}, "source": "a = 1", "outputs": []})
    notebook = {"cells": book, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return draw(st.just(notebook) | changed(notebook))


def _encoded(text: str, marked: bool, end: str) -> bytes:  # noqa: FBT001
    return ("\ufeff" * marked + text.replace("\n", end)).encode("utf-8", "surrogatepass")


def _text(suffix: str, texts: st.SearchStrategy[str]) -> st.SearchStrategy[File]:
    """Return files with one of these texts, in the encodings that editors use."""
    ends = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])
    return st.builds(_encoded, texts, st.just(value=False) | st.booleans(), ends).map(
        lambda data: File(suffix, data)
    )


_SOUND = (
    _text(".md", _markdown())
    | _text(".py", _script())
    | _notebook().map(lambda book: File(".ipynb", json.dumps(book).encode("utf-8")))
)
_DAMAGED = _SOUND.flatmap(lambda file: damaged(file.data).map(lambda data: File(file.suffix, data)))
PUBLISHABLE = st.tuples(_sound_front_matter(), st.lists(PROSE, max_size=3)).map(
    lambda parts: "\n\n".join([f"---\n{parts[0]}\n---", *parts[1], "```python\na = 1\n```\n"])
)
"""Markdown of posts, most of which have no problem; their code needs no run of its own."""

POST = _SOUND | _SOUND | _SOUND | _SOUND | _DAMAGED
