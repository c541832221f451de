"""Prose → the same for Jupyter, which knows neither tabs nor boxes, marks, keys and emoji codes.

A tab becomes its title in bold with its text below, a box a quotation; the others become HTML that
Jupyter shows, or the character itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from site_tools.model.work import Work
from site_tools.posts.code_html import read_header
from site_tools.posts.cross_references import Labels, label_of
from site_tools.posts.diagrams import is_diagram
from site_tools.posts.markdown_marks import key_names
from site_tools.posts.markdown_parser import inline_tokens, parse
from site_tools.posts.markdown_tabs import INDENT
from site_tools.posts.markdown_text import escape as _plain
from site_tools.posts.media import kind_of

Edit = tuple[int, int, str]
"""Begin and end of a part of a text, and what replaces it."""


def for_jupyter(text: str, works: Sequence[Work] = (), labels: Labels | None = None) -> str:
    """Return prose as Jupyter shows it best; where it has none of these forms, as it is.

    `works` are those that it cites, in the order of their numbers; `labels` are the figures and
    equations that have a name.
    """
    numbers = {work.key: number for number, work in enumerate(works, start=1)}
    text = _replaced(text, _inline_edits(text, numbers, labels or {}))
    text = _with_plain_headings(_with_plain_diagrams(text))
    while (block := _first_block(text)) is not None:
        text = block
    return text


def _with_plain_diagrams(text: str) -> str:
    """Return a text in which a block of Mermaid begins with the word alone, as Jupyter asks."""
    lines = text.split("\n")
    for token in parse(text) if "mermaid" in text else ():
        header = read_header(token.info) if token.type == "fence" else None
        if header and header.options and is_diagram(header) and token.map:
            first = token.map[0]
            lines[first] = lines[first].replace(token.info, header.language)
    return "\n".join(lines)


def _with_plain_headings(text: str) -> str:
    """Return a text whose headings have no attributes, such as `## Title { #name }`."""
    lines = text.split("\n")
    for token in parse(text) if "{" in text else ():
        if token.type == "heading_open" and token.meta.get("insecure_attrs") and token.map:
            first = token.map[0]
            lines[first] = lines[first].rpartition("{")[0].rstrip()
    return "\n".join(lines)


def references(works: Sequence[Work]) -> str:
    """Return the works that prose cites as a section of Markdown; empty without any."""
    items = (f"{number}. {work.markdown}" for number, work in enumerate(works, start=1))
    return "\n".join(["## References", "", *items]) if works else ""


def _inline_edits(text: str, numbers: Mapping[str, int], labels: Labels) -> Iterator[Edit]:
    for token in inline_tokens(parse(text)):
        if "span" not in token.meta:
            continue
        start, end = token.meta["span"]
        if token.type == "mark_open":
            yield start, start + 2, "<mark>"
            yield end - 2, end, "</mark>"
        elif token.type == "keys":
            keys = (f"<kbd>{escape(label)}</kbd>" for _, label in key_names(token.content) or [])
            yield start, end, "+".join(keys)
        elif token.type == "emoji":
            yield start, end, token.content
        elif token.type == "reference" and token.content in labels:
            yield start, end, labels[token.content].text
        elif token.type == "image" and kind_of(str(token.attrs["src"])):
            label = labels.get(label_of(token))
            caption = f"\n\n*{_plain(label.text)}*" if label else ""
            plain = text[start:end].rpartition("{")[0].rstrip() or text[start:end]
            yield start, end, plain.removeprefix("!") + caption
        elif token.type == "image" and (label := labels.get(label_of(token))):
            plain = text[start:end].rpartition("{")[0].rstrip()
            caption = _plain(f"{label.text}. {token.attrs.get('title', '')}".strip())
            yield start, end, f"{plain}\n\n*{caption}*"
        elif token.type == "citation" and all(key in numbers for key, _ in token.meta["cited"]):
            parts = [
                ", ".join(filter(None, [str(numbers[key]), where]))
                for key, where in token.meta["cited"]
            ]
            yield start, end, f"[{'; '.join(parts)}]"


def _replaced(text: str, edits: Iterator[Edit]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _first_block(text: str) -> str | None:
    """Return a text whose first tab or box is plain; None without one that can be written so."""
    lines = text.split("\n")
    tokens = parse(text)
    for i, token in enumerate(tokens):
        if token.type not in {"tab_open", "admonition_open"} or not token.map:
            continue
        first, last = token.map
        head = lines[first]
        margin = head[: len(head) - len(head.lstrip())]
        if not head.lstrip().startswith(("=", "!", "?")):
            continue  # behind the sign of a quotation or of a list
        is_box = token.type == "admonition_open"
        at = i + 2 if is_box and tokens[i + 1].type == "admonition_title_open" else i + 1
        title = tokens[at].content if tokens[at].type == "inline" else ""
        body = [line.removeprefix(margin + " " * INDENT) for line in lines[first + 1 : last]]
        body = "\n".join(body).strip("\n").split("\n")
        new = [f"**{title}**", "", *body] if title else body
        new = [f"> {line}".rstrip() if is_box else line for line in new]
        new = [f"{margin}{line}".rstrip() for line in new]
        gap = [""] if last < len(lines) and lines[last].strip() else []
        return "\n".join([*lines[:first], *new, *gap, *lines[last:]])
    return None
