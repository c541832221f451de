"""A post as its author wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from site_tools.model.claim import Claim
from site_tools.model.errors import Problem
from site_tools.model.launch import Launch
from site_tools.model.source import RAISES, Cell, DataFile, Place
from site_tools.model.work import Work

Day = date
"""For annotations in a class that has a field called `date`."""

Device = Literal["cpu", "gpu"]
"""What a run needs."""


@dataclass(frozen=True, slots=True)
class Author:
    """A person who writes posts, as `posts/.authors.yml` has them."""

    name: str
    role: str
    """Their description there, such as `Author`."""
    page: str
    """The last part of the address of the page that lists their posts."""


@dataclass(frozen=True, slots=True)
class VariantWish:
    """What an author says about the variants of a program: one of these, with its words."""

    says: str = ""
    """What the author's own variant shows."""
    replace: str = ""
    """The text of the program that it replaces."""
    put: str = ""
    """What it puts there; empty to leave the text out."""
    hide: str = ""
    """A part of the titles of variants that are not wanted."""
    first: str = ""
    """A part of the titles of those that come first."""


@dataclass(frozen=True, slots=True)
class SweepWish:
    """Other values that an author wants to see for one number of the program."""

    name: str
    """The name at top level that has the number."""
    values: tuple[int | float, ...]
    says: str = ""
    """What readers learn from it."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post as its author wrote it."""

    slug: str
    """The file's name without suffix; the last part of the page's address."""
    file: str
    """Path relative to the project's root."""
    title: str
    description: str
    date: Day
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    requires: tuple[str, ...]
    """Slugs of the posts to read first."""
    read_minutes: int
    do_minutes: int
    device: Device | Literal["any"]
    claims: tuple[Claim, ...]
    no_learning: str
    """Why the post trains nothing; empty when it has claims."""
    packages: tuple[str, ...]
    """Distributions that the code needs."""
    draft: bool
    cells: tuple[Cell, ...]
    explain: Literal["", "comments", "every-line"] = ""
    """Whether the program's comments are its explanation, and whether each line must have one."""
    updated: Day | None = None
    """When its text or code last changed, if its author says so."""
    memory: int = 0
    """Bytes that a run may use, as the author wrote it; 0 for what the machine can spare."""
    timeout: float = 0.0
    """Seconds that a run may take, as the author wrote it; 0 for the default."""
    data: tuple[DataFile, ...] = ()
    """The files that its code reads."""
    unfit: tuple[Problem, ...] = field(default=(), compare=False)
    """What of its front matter is missing or wrong and matters to readers only."""
    variants: tuple[VariantWish, ...] = ()
    """What the author says about the variants of its program."""
    has_variants: bool = True
    """False if there shall be none."""
    sweeps: tuple[SweepWish, ...] = ()
    """The numbers of its program that take other values."""
    works: tuple[Work, ...] = ()
    """What its prose cites, in the order of their numbers on the page."""
    launch: Launch | None = None
    """How it is started, if it is a program that is no post: then nothing of it is published."""
    key_places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    """The location of each front matter key, such as `title` or `learns.0.goal`, for messages."""

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        """Return the cells that run, in order."""
        return tuple(cell for cell in self.cells if cell.kind == "code")

    @property
    def prose_cells(self) -> tuple[Cell, ...]:
        """Return the cells of prose, in order."""
        return tuple(cell for cell in self.cells if cell.kind == "prose")

    @property
    def sources(self) -> list[str]:
        """Return the code of those cells."""
        return [cell.source for cell in self.code_cells]

    @property
    def raising(self) -> tuple[int, ...]:
        """Return the numbers, from 1, of the code cells that are meant to raise."""
        return tuple(n for n, cell in enumerate(self.code_cells, 1) if RAISES in cell.tags)

    @property
    def attachments(self) -> dict[str, bytes]:
        """Return the pictures inside of a notebook, by the paths by which its prose names them."""
        found = (one for cell in self.prose_cells for one in cell.attachments)
        return {f"posts/{one.file}": one.content for one in found}

    def has_line(self, cell: int, line: int) -> bool:
        """Return whether there is such a line of a code cell, both counted from 1."""
        cells = self.code_cells
        return 1 <= cell <= len(cells) and 1 <= line <= len(cells[cell - 1].lines)

    def place_in_code(self, cell: int, line: int) -> Place:
        """Return the location of a line of a code cell, both counted from 1.

        Line 0 is the cell as a whole, cell 0 what comes after the cells: the first claim.
        """
        if not cell:
            return self.claims[0].place if self.claims else self.code_cells[-1].place
        code_cell = self.code_cells[cell - 1]
        return code_cell.lines[line - 1].place if line else code_cell.place

    def place_of(self, key: str) -> Place:
        """Return the location of a front matter key."""
        return self.key_places.get(key, Place(self.file, 1))
