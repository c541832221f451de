"""Post + Run + Evidence → a page in plain Markdown, and the files that stand beside it.

Pure: values in, text and bytes out. The Markdown is what any renderer with Python-Markdown's
usual extensions understands (attr_list, md_in_html, superfences).
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from urllib.parse import quote

import yaml

from site_tools.card import card
from site_tools.evidence import Evidence
from site_tools.links import outside_fences, rewrite
from site_tools.post import MORE, Cell, Output, Post, Run
from site_tools.terminal import collapse, plain

_ANNOTATION = re.compile(r"# \(\d+\)!?\s*$", re.MULTILINE)
_LIST_LINE = re.compile(r"\d+\.\s|\s|$")
_SVG_TAG = re.compile(r"<svg\b[^>]*>")
_PIXELS_PER_POINT = 96 / 72


@dataclass
class Page:
    """What a post becomes."""

    markdown: str
    files: dict[str, bytes] = field(default_factory=dict)
    """Figures, by file name."""


def render(post: Post, run: Run, evidence: Evidence, siblings: Mapping[str, Post]) -> Page:
    """Render a post.

    `siblings` are the published posts, by file: `posts/pytorch.py`.
    """
    files: dict[str, bytes] = {}
    head = yaml.safe_dump(_meta(post), sort_keys=False, allow_unicode=True, width=1000)
    opening, body = _split_opening(_body(post, run, siblings, files))
    title = escape(post.title)
    parts = [
        f"---\n{head}---",
        f"# {title}",
        opening,
        MORE,
        card(post, run, evidence),
        _downloads(post, run),
        _before(post, siblings),
        body,
    ]
    return Page("\n\n".join(filter(None, parts)) + "\n", files)


def _meta(post: Post) -> dict[str, object]:
    return {
        "title": post.title,
        "description": post.description,
        "date": post.date,
        "authors": list(post.authors),
        "categories": list(post.categories),
        "tags": list(post.tags),
        "slug": post.slug,
        "readtime": post.read_minutes,
        "minutes": {"read": post.read_minutes, "do": post.do_minutes},
        "source": post.file,
        "hide": ["footer"],  # the theme's previous and next go by date, not by what to read first
    }


def _split_opening(blocks: Sequence[str]) -> tuple[str, str]:
    """Return the text before the author's `<!-- more -->`, or else the first paragraph."""
    if MORE in blocks:
        cut = blocks.index(MORE)
        return "\n\n".join(blocks[:cut]), "\n\n".join(blocks[cut + 1 :])
    first, _, rest = blocks[0].partition("\n\n") if blocks else ("", "", "")
    if first.startswith(("`", "#", "<", "!", "|", "-")):
        return "", "\n\n".join(blocks)
    return first, "\n\n".join(filter(None, [rest, *blocks[1:]]))


def _body(post: Post, run: Run, siblings: Mapping[str, Post], files: dict[str, bytes]) -> list[str]:
    outputs = iter(run.outputs)
    blocks: list[str] = []
    printed: list[str] = []  # by the cell above; stands below that cell's annotations
    for cell in post.cells:
        if cell.kind == "prose":
            for part in at_mark(cell):
                text = rewrite(part, lambda path: staged_target(path, post, siblings))
                notes, rest = _annotations(text) if printed else ("", text)
                blocks += [notes, *printed, rest.strip("\n")]
                printed = []
            continue
        blocks += printed
        printed = []
        shown = next(outputs, ())
        if "remove-cell" in cell.tags:
            continue
        if "remove-input" not in cell.tags:
            blocks.append(fence(cell.source, "python"))
        if "remove-output" not in cell.tags:
            new = list(_outputs(shown, cell, post, files))
            annotated = _ANNOTATION.search(cell.source) and "remove-input" not in cell.tags
            printed, blocks = (new, blocks) if annotated else ([], blocks + new)
    return list(filter(None, [*blocks, *printed]))


def _annotations(text: str) -> tuple[str, str]:
    """Split prose into the numbered list that it begins with, and the rest.

    The renderer attaches the list to the code block above, which it must touch.
    """
    lines = text.split("\n")
    notes = list(takewhile(_LIST_LINE.match, lines))
    return "\n".join(notes).rstrip(), "\n".join(lines[len(notes) :])


def at_mark(cell: Cell) -> list[Cell]:
    """Split a prose cell at its `<!-- more -->`; the mark is a part of its own."""
    for i, line in outside_fences(cell):
        if line.text.strip() == MORE:
            mark = replace(line, text=MORE)
            parts = [cell.lines[:i], (mark,), cell.lines[i + 1 :]]
            return [replace(cell, lines=lines) for lines in parts if lines]
    return [cell]


def staged_target(path: str, post: Post, siblings: Mapping[str, Post]) -> str:
    """Return where a link to a file leads, seen from the staged page `posts/posts/<slug>.md`."""
    if path in siblings:
        return f"{siblings[path].slug}.md"
    if path.startswith("docs/"):
        return quote("../../" + path.removeprefix("docs/"))
    return quote(f"../{post.slug}/{path.removeprefix('posts/')}")


def escape(title: str) -> str:
    """Return a plain text as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_\[\]#])", r"\\\1", html.escape(title, quote=False))


def _outputs(
    outputs: Sequence[Output], cell: Cell, post: Post, files: dict[str, bytes]
) -> Iterator[str]:
    for output in outputs:
        if output["output_type"] == "stream":
            kind = "output" if output["name"] == "stdout" else "output warning"
            text = collapse(output["text"]).rstrip("\n")
            if text.strip():
                yield fence(text, f"{{ .text .{kind.replace(' ', ' .')} .no-copy }}")
            continue
        data = output.get("data", {})
        if "image/svg+xml" in data or "image/png" in data:
            yield _figure(data, cell, post, files)
        elif "text/plain" in data:
            yield fence(plain(data["text/plain"]), "{ .text .output .no-copy }")


def _figure(data: Mapping[str, str], cell: Cell, post: Post, files: dict[str, bytes]) -> str:
    if "image/svg+xml" in data:
        content, suffix = data["image/svg+xml"].encode("utf-8"), "svg"
        width, height = _svg_size(data["image/svg+xml"])
    else:
        content, suffix = base64.b64decode(data["image/png"]), "png"
        width, height = (int.from_bytes(content[i : i + 4], "big") for i in (16, 20))
    number = len(files) + 1
    name = f"figure-{number}-{hashlib.sha256(content).hexdigest()[:8]}.{suffix}"
    files[name] = content
    alt = cell.alt.replace("[", "(").replace("]", ")")
    size = f' width="{width}" height="{height}"' if width else ""
    return f"![{alt}](../{post.slug}/{name}){{ .figure{size} loading=lazy }}"


def _svg_size(svg: str) -> tuple[int, int]:
    """Return width and height in CSS pixels; zeros when the file does not say."""
    tag = _SVG_TAG.search(svg)
    sizes = dict(re.findall(r'\b(width|height)="([\d.]+)pt"', tag[0])) if tag else {}
    width, height = (float(sizes.get(name, 0)) for name in ("width", "height"))
    return round(width * _PIXELS_PER_POINT), round(height * _PIXELS_PER_POINT)


def fence(text: str, info: str) -> str:
    """Return a code block whose fence is longer than any run of backticks inside."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    gap = " " if info.startswith("{") else ""
    return f"{ticks}{gap}{info}\n{text}\n{ticks}"


def _before(post: Post, siblings: Mapping[str, Post]) -> str:
    """Return what to read first, and how long it all takes."""
    by_slug = {sibling.slug: sibling for sibling in siblings.values()}
    known = [by_slug[slug] for slug in post.requires if slug in by_slug]
    links = [f"[{escape(sibling.title)}]({sibling.slug}.md)" for sibling in known]
    first = f" Read first: {', '.join(links)}." if links else ""
    time = f"{post.read_minutes} minutes to read, {post.do_minutes} to rebuild it yourself."
    return f'<p class="before" markdown="span" data-search-exclude>{time}{first}</p>'


def _downloads(post: Post, run: Run) -> str:
    script, notebook = f"{post.slug}.py", f"{post.slug}.ipynb"
    links = [
        f'[Download {script}](../{post.slug}/{script}){{ .main download="{script}" }}',
        f'[Notebook](../{post.slug}/{notebook}){{ download="{notebook}" }}',
    ]
    opening = '<p class="downloads" markdown="span" data-search-exclude>'
    install = " ".join(f"{name}=={version}" for name, version in run.versions.items())
    commands = [f"pip install {install}"] if install else []
    code = "<br>".join(f"<code>{command}</code>" for command in [*commands, f"python {script}"])
    return "\n".join([opening, *links, f"<span>{code}</span>", "</p>"])
