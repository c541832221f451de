r"""Figures and equations that have a name: their numbers, and references to them.

![A cat](cat.png "What it shows"){ #fig-cat }     a picture with a caption
```python label="fig-loss" caption="The loss"     the figure of a cell
\label{eq-loss}                                    in an equation of TeX
see @fig-loss and @eq-loss                        above or below it, with links back
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from site_tools.model.errors import Problem, misspelt
from site_tools.model.source import Cell, Place
from site_tools.posts.formulas import equation_numbers
from site_tools.posts.links import place_of
from site_tools.posts.markdown_parser import inline_tokens, parse

FIGURE = "fig-"
EQUATION = "eq-"
MENTION = "see-"
"""How the anchors of references begin."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a reference shows, and where it leads."""

    text: str
    """Such as `Figure 1` or `Equation (2)`."""
    anchor: str
    times: int = 0
    """How often the prose of its page refers to it."""

    def mention(self, number: int) -> str:
        """Return the anchor of one of these references, counted from 1."""
        return f"{MENTION}{self.anchor}-{number}"


Labels = Mapping[str, Label]


def labels_in(cells: Sequence[Cell], page: str) -> dict[str, Label]:
    """Return the figures and equations of a page by name; `page` opens the anchors of equations."""
    found: dict[str, Label] = {}
    times = Counter(
        token.content
        for cell in cells
        for token in (inline_tokens(parse(cell.source)) if cell.kind == "prose" else ())
        if token.type == "reference"
    )
    for name, _ in _figures(cells):
        found.setdefault(name, Label(f"Figure {len(found) + 1}", name, times[name]))
    prose = [cell.source for cell in cells if cell.kind == "prose"]
    for name, number in equation_numbers(prose, page).items():
        if name.startswith(EQUATION):
            anchor = f"{page}-{name}"
            found.setdefault(name, Label(f"Equation ({number})", anchor, times[name]))
    return found


def reference_problems(cells: Sequence[Cell], labels: Labels) -> Iterator[Problem]:
    """Yield references to nothing, and names that are given twice or cannot be used."""
    seen: dict[str, Place] = {}
    for name, place in _figures(cells):
        if name in seen:
            what = f"two figures are called `{name}`; the first is at {seen[name]}."
            yield Problem(place, what, "Rename one of them.")
        seen.setdefault(name, place)
    for cell in cells:
        if cell.kind == "code" and cell.label and not cell.label.startswith(FIGURE):
            what = f"the label `{cell.label}` does not begin with `{FIGURE}`."
            yield Problem(cell.place, what, f'Write `label="{FIGURE}{cell.label}"`.')
        for block in parse(cell.source) if cell.kind == "prose" else ():
            if block.type == "inline":
                yield from _in_block(block, cell, labels)


def _in_block(block: Token, cell: Cell, labels: Labels) -> Iterator[Problem]:
    for token in inline_tokens([block]):
        if token.type == "reference" and token.content not in labels:
            kind = "figure" if token.content.startswith(FIGURE) else "equation"
            how = (
                'Name it behind the picture, `{ #fig-name }`, or on its cell, `label="fig-name"`.'
                if kind == "figure"
                else r"Write `\label{eq-name}` in an equation that is numbered."
            )
            what = f"there is no {kind} `{token.content}`."
            prefix = FIGURE if kind == "figure" else EQUATION
            known = [name.removeprefix(prefix) for name in labels if name.startswith(prefix)]
            rest = token.content.removeprefix(prefix)
            close = misspelt(rest, known)
            remedy = f"Did you mean `{prefix}{close}`?" if close else how
            yield Problem(place_of(token, cell), what, remedy)
        if token.type == "image" and label_of(token) and len(block.children or ()) > 1:
            what = f"the figure `{label_of(token)}` has other text beside it."
            yield Problem(place_of(token, cell), what, "Let it be a paragraph of its own.")


def label_of(image: Token) -> str:
    """Return the name of a picture that is a figure; empty for other pictures."""
    name = str(image.meta.get("insecure_attrs", {}).get("id", ""))
    return name if name.startswith(FIGURE) else ""


def _figures(cells: Sequence[Cell]) -> Iterator[tuple[str, Place]]:
    for cell in cells:
        if cell.kind == "code":
            if cell.label.startswith(FIGURE):
                yield cell.label, cell.place
            continue
        for token in inline_tokens(parse(cell.source)):
            if token.type == "image" and (name := label_of(token)):
                yield name, place_of(token, cell)
