"""Markdown and py:percent files → front matter and cells, every line with its number.

jupytext decides where cells begin and end. It reads one cell at a time from the lines that
remain, so the number of lines that remain gives each cell's first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from site_tools.model.errors import BadPost, Problem, nearest
from site_tools.model.source import Cell, Line, Place, is_code
from site_tools.model.text import SHOWN, cut
from site_tools.posts.code_html import SHOWN_ONLY

_OPTIONS = {
    "alt", "caption", "label", "tags", "title", "language", "cell_marker", "lines_to_next_cell",
    "lines_to_end_of_cell_marker", "cell_depth",
}  # fmt: skip
"""What a cell's options may be: ours, and those that jupytext keeps for itself.

`cell_depth` is what it makes of `# %%%`, a cell below another."""
_OPTIONS_REMEDY = 'Write them like `alt="A curve" tags=["remove-input"]`.'
MOST_CELLS = 5_000
"""Cells of a post. Each rule looks at each of them, and some at all that are above it."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that HTML, XML and terminals cannot show. A form feed is a space in all of them."""

SKIPPED = "skip-execution"
"""The tag of a code cell that is shown and does not run; Jupyter has the same."""

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Parts:
    """A file taken apart: what every reader returns."""

    header: tuple[Line, ...]
    """The YAML lines between the two `---`."""
    cells: tuple[Cell, ...]


def read(content: str, file: str) -> Parts:
    """Read a `.md` or `.py` file.

    Raises BadPost when the front matter is missing or never ends.
    """
    lines = [Line(text, Place(file, i)) for i, text in enumerate(split_lines(content), start=1)]
    prefix = "# " if file.endswith(".py") else ""
    header, body = split_header(lines, prefix, file)
    return Parts(header, tuple(_cells(body, file)))


def split_lines(content: str) -> list[str]:
    """Return the lines of a text as an editor counts them.

    `str.splitlines` also breaks at form feeds and a few others, which stay inside a line here.
    """
    lines = _LINE_END.split(content)
    return lines[:-1] if lines[-1] == "" else lines


def split_header(lines: list[Line], prefix: str, file: str) -> tuple[tuple[Line, ...], list[Line]]:
    """Cut the front matter off, without the `---` lines and the comment prefix.

    Raises BadPost when it is missing or never ends.
    """
    rule = f"{prefix}---"
    if not lines or lines[0].text.rstrip() != rule:
        raise BadPost([_no_front_matter([line.text.strip() for line in lines], rule, file)])
    header: list[Line] = []
    for i, line in enumerate(lines[1:], start=1):
        if line.text.rstrip() == rule:
            return tuple(header), lines[i + 1 :]
        header.append(
            Line(line.text.removeprefix(prefix.rstrip()).removeprefix(" "), line.place)
            if prefix
            else line
        )
    what = f"the front matter never ends: no second `{rule}`."
    raise BadPost([Problem(lines[0].place, what, f"Add `{rule}` below the last key.")])


def _no_front_matter(lines: list[str], rule: str, file: str) -> Problem:
    """Return why front matter was not found; `lines` are those of the file, stripped."""
    first = next(filter(None, lines), "")
    if first == rule:
        what = f"line 1 is empty, and the front matter must begin there, with `{rule}`."
        return Problem(Place(file, 1), what, "Delete the empty lines above it.")
    if first.removeprefix("# ") == "+++":
        what = "the front matter is TOML (`+++`), and YAML is read."
        return Problem(Place(file, 1), what, f"Write `key: value` between two lines `{rule}`.")
    what = f"the file does not begin with front matter (`{rule}` on the first line)."
    remedy = '`elevenlines new "A title"` writes a post to start from.'
    if file.endswith(".py"):
        remedy += " Code that posts share belongs into snippets/."
    return Problem(Place(file, 1), what, remedy)


def _cells(lines: list[Line], file: str) -> Iterator[Cell]:
    from jupytext.formats import get_format_implementation  # noqa: PLC0415  slow to import

    is_script = file.endswith(".py")
    extension, name = (".py", "percent") if is_script else (".md", "markdown")
    reader_class = get_format_implementation(extension, name).cell_reader_class
    options = {"extension": extension, "format_name": name, "comment_magics": False}
    left = [line.text for line in lines]
    number = 0
    while lines:
        number += 1
        check_number(number, lines[0].place)
        reader = reader_class(options, "python")
        try:
            taken = _take(reader, left)
        except Exception as error:  # noqa: BLE001  options that jupytext cannot read
            what = f"the options of this cell cannot be read: {str(error).splitlines()[0]}."
            raise BadPost([Problem(lines[0].place, what, _OPTIONS_REMEDY)]) from None
        last = lines[taken - 1]
        if reader.cell_type == "code" and not is_script and opens_block(last.text, "```"):
            raise BadPost([never_ends(lines[0].place, "```", last.place)])
        first = _first_content_line(reader, lines, is_script=is_script)
        if reader.cell_type == "code" and reader.language not in (None, "python"):
            # A fence of another language is something to show, not to run.
            yield make_cell("prose", tuple(lines[:taken]), {}, lines[0].place)
        elif reader.cell_type == "raw":
            raise BadPost([raw_cell(lines[0].place)])
        else:
            _check_options(reader, lines[0].place)
            if reader.cell_type == "code" and not is_script and not reader.explicit_eoc:
                raise BadPost([never_ends(lines[0].place, "```")])
            kind = "code" if reader.cell_type == "code" else "prose"
            texts = reader.content or [""]
            content = [Line(text, lines[first + i].place) for i, text in enumerate(texts)]
            if is_script and kind == "prose":
                _check_comments(lines[first:taken], reader.metadata)
            yield make_cell(kind, tuple(content), reader.metadata, lines[0].place)
        lines, left = lines[taken:], left[taken:]


def opens_block(line: str, fence: str) -> bool:
    """Return whether a line begins a block of code: behind the fence is a language."""
    text = line.lstrip(" ")
    info = text.lstrip(fence[0])
    is_fence = text.startswith(fence) and len(line) - len(text) < 4  # noqa: PLR2004  else code
    return is_fence and bool(info.strip()) and "`" not in info


def never_ends(place: Place, fence: str, following: Place | None = None) -> Problem:
    """Return that a block of code has no end; `following` is where the next one begins."""
    above = f", above line {following.line}" if following else ""
    what = "this block of code never ends."
    return Problem(place, what, f"Add {fence} on a line below it{above}.")


def check_number(number: int, place: Place) -> None:
    """Raise BadPost for a cell of which a post has too many."""
    if number > MOST_CELLS:
        what = f"this is cell {number:,} of the post, and {MOST_CELLS:,} are the most."
        raise BadPost([Problem(place, what, "Split the post.")])


def _take(reader: Any, texts: list[str]) -> int:
    """Read one cell; return how many lines it takes.

    `reader.read` would also make it a cell of a notebook, and check that, which takes longer than
    all the rest.
    """
    reader.metadata_and_language_from_option_line(texts[0])
    if reader.metadata and "language" in reader.metadata:
        reader.language = reader.metadata.pop("language")
    return int(reader.find_cell_content(texts))


def _check_options(reader: Any, place: Place) -> None:
    """Raise BadPost for an option that means nothing here; jupytext's own are let through."""
    if reader.cell_type != "code":
        return
    for name in reader.metadata:
        if name == "incorrectly_encoded_metadata":
            what = f"these cell options are not quoted correctly: `{reader.metadata[name]}`."
            raise BadPost([Problem(place, what, _OPTIONS_REMEDY)])
        if name not in _OPTIONS:
            remedy = nearest(name, ["alt", "caption", "label", "tags"]) or _OPTIONS_REMEDY
            raise BadPost([Problem(place, f"unknown cell option `{name}`.", remedy)])


def _check_comments(lines: list[Line], options: Any) -> None:
    """Raise BadPost for code in a cell of prose, whose lines are comments or one quoted text."""
    if options.get("cell_marker"):
        return
    for line in lines:
        if is_code(line.text):
            what = f"`{cut(line.text.strip(), SHOWN)}` is in a cell of prose, so it does not run."
            remedy = "Begin a cell of code above it with `# %%`, or make it a comment."
            raise BadPost([Problem(line.place, what, remedy)])


def raw_cell(place: Place) -> Problem:
    """Return that a raw cell is not shown."""
    return Problem(place, "raw cells are not shown.", "Make it Markdown, or delete it.")


def _first_content_line(reader: Any, lines: list[Line], *, is_script: bool) -> int:
    """Return how many lines precede the cell's content: its marker, its quotes."""
    if not is_script:
        return int(reader.explicit_soc)
    marker = lines[0].text
    marked = reader.start_code_re.match(marker) or reader.alternative_start_code_re.match(marker)
    quotes = reader.metadata.get("cell_marker", "")
    quoted = bool(marked and quotes and len(lines) > 1 and lines[1].text.strip() == quotes)
    return int(bool(marked)) + int(quoted)


ORDER = re.compile("[\u202a-\u202e]")
"""Characters that show what follows in another order, to the end of a line and beyond."""

ORDER_REMEDY = "Take it out. Words from right to left need none; `<bdi>` keeps them apart."


def control_problems(cell: Cell) -> Iterator[Problem]:
    """Yield the lines of a cell that have a character which cannot be shown."""
    for line in cell.lines:
        if control := CONTROL.search(line.text):
            what = (
                f"this line contains the character U+{ord(control[0]):04X}, which cannot be shown."
            )
            in_code = "Take it out; in a string, write its escape, such as `\\x1b`."
            yield Problem(line.place, what, in_code if cell.kind == "code" else "Take it out.")
        elif cell.kind == "prose" and (sign := ORDER.search(line.text)):
            what = f"the character U+{ord(sign[0]):04X} shows this line in another order."
            yield Problem(line.place, what, ORDER_REMEDY)


def make_cell(kind: Any, lines: tuple[Line, ...], options: Any, place: Place) -> Cell:
    """Make a cell from its options as jupytext or a notebook spells them.

    Raises BadPost for options of the wrong type.
    """
    tags = options.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        remedy = 'Write `tags=["remove-input"]`.'
        raise BadPost([Problem(place, f"`tags` must be a list; it is `{tags}`.", remedy)])
    texts = {name: options.get(name, "") for name in ("alt", "caption", "label")}
    for name, text in texts.items():
        if not isinstance(text, str):
            remedy = f'Write `{name}="…"`.'
            raise BadPost([Problem(place, f"`{name}` must be text; it is `{text}`.", remedy)])
    alt, caption, label = (" ".join(text.split()) for text in texts.values())
    if kind == "code" and SKIPPED in tags:
        return _shown_only(lines, place)
    return Cell(kind, place, lines, frozenset(tags), alt, label=label, caption=caption)


def _shown_only(lines: tuple[Line, ...], place: Place) -> Cell:
    """Return a cell of prose that shows code."""
    runs = re.findall("`+", "\n".join(line.text for line in lines))
    fence = "`" * max([3, *(len(run) + 1 for run in runs)])
    head = Line(f"{fence}python {SHOWN_ONLY}", place)
    end = Line(fence, lines[-1].place if lines else place)
    return Cell("prose", place, (head, *lines, end))
