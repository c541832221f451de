"""Post → notebooks whose program the reader shall write, made from the post's own source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from site_tools.downloads import notebook_cells
from site_tools.downloads.cell_names import CellNames
from site_tools.downloads.code_blanks import Level, blank, blank_repeats, has_comments
from site_tools.downloads.data_cell import with_data
from site_tools.downloads.exercise_check import ExerciseFacts, check_cells, mark
from site_tools.downloads.exercise_plan import Plan, exercised, plan, printed
from site_tools.downloads.held_out import held_out
from site_tools.downloads.notebook_cells import Addresses, Imprint
from site_tools.downloads.raising_cells import as_printed, caught
from site_tools.model.post import Post
from site_tools.model.run import Run

_GIVEN: Mapping[str, str] = {
    "from its comments": "The comments and the heads of functions, loops and branches are there; "
    "the code is yours to write.",
    "from its outline": "The heads of functions, loops and branches are there, and the names; the "
    "code is yours to write.",
    "from memory": "The names are there; all else is yours to remember.",
}
"""What is left of the program, by the name of the level."""
_OVER = "Write code wherever you see `...`. When the last cell runs, your network learns."
_FREE = "Another program that does the same will do as well."
_STRICT = (
    "Draw the same random numbers in the same order as the page: the last cell compares your "
    "results with its own."
)
_CHECKED = (
    "## Does it learn?\n\n"
    "The cells below are folded. They run yours again, several times, and say what is wrong, if "
    "anything is. That takes some times as long as your program. You may open and read them."
)
_ROUGHLY = 0.25
"""How far from the page's numbers what torch trains may end, as a part of them: it calculates in 32
bits and ends otherwise on another machine, but near. Programs that update by hand use 64 bits."""
_NAMES = "The check strikes out the lines that change what learns, so call it {}."
_LEFT_OUT = "*The page has code here that repeats the program. It is left out.*"


def levels(post: Post) -> tuple[Level, ...]:
    """Return the levels of a post's exercises; none for a post that has no claim to reach."""
    return get_args(Level) if post.claims else ()


def level_name(post: Post, level: Level) -> str:
    """Return from what a reader writes the program, such as `from memory`."""
    if level == 2:  # noqa: PLR2004
        return "from memory"
    written = [post.sources[number - 1] for number in exercised(post)]
    return "from its comments" if any(map(has_comments, written)) else "from its outline"


def exercise_name(post: Post, level: Level) -> str:
    """Return the name of the file of an exercise."""
    return f"{post.slug}-exercise-{level}.ipynb"


def exercises(
    post: Post, run: Run, packages: Mapping[str, str], imprint: Imprint
) -> dict[str, str]:
    """Return the exercises of a post, by file name.

    Each is the post as a notebook with blanks, which ends by checking what the reader wrote.
    `run` is the published run.
    """
    found: dict[str, str] = {}
    if not post.claims:
        return found
    post, run = caught(post), as_printed(run)
    addresses, planned = imprint.addresses, plan(post, run)
    for level in levels(post):
        exercise = Exercise(post, run, level, planned)
        about = notebook_cells.about(post, exercise.about(addresses), packages, imprint)
        checked = notebook_cells.prose(_CHECKED, "check-about")
        own = with_data(exercise.cells(addresses), post, addresses)
        cells = [about, *own, checked, *exercise.check()]
        found[exercise_name(post, level)] = notebook_cells.write(cells)
    return found


def solution(post: Post, run: Run, level: Level) -> str:
    """Return an exercise with the page's own code in its blanks, as a script."""
    post, run = caught(post), as_printed(run)
    exercise = Exercise(post, run, level, plan(post, run))
    return "\n\n".join([*exercise.code(solved=True), *(cell.source for cell in exercise.check())])


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of a post."""

    post: Post
    run: Run
    level: Level
    plan: Plan

    def about(self, addresses: Addresses) -> str:
        """Return what the exercise asks for."""
        given = _GIVEN[level_name(self.post, self.level)]
        what = f"Exercise {self.level} of <{addresses.of(self.post)}>. {given} {_OVER}"
        names = sorted({f"`{name}`" for claim in self.post.claims for name in claim.freeze})
        asked = [_FREE if self._close is None else _STRICT]
        asked += [_NAMES.format(", ".join(names))] if names else []
        return " ".join([what, *asked])

    @property
    def _close(self) -> float | None:
        """Return how close the numbers must be to the page's."""
        by_hand = all(claim.freeze or claim.tally or claim.constants for claim in self.post.claims)
        return None if self.level > 1 else 0.0 if by_hand else _ROUGHLY

    @property
    def _numbers(self) -> dict[int, int]:
        """Return the number of each code cell in the exercise, by its number in the post."""
        cells = [
            i
            for i, source in enumerate(self.post.sources, 1)
            if source.strip() and i not in self.plan.left_out
        ]
        return {i: number for number, i in enumerate(cells, 1)}

    def _source(self, number: int) -> str:
        source = self.post.sources[number - 1]
        if number in self.plan.written:
            return blank(source, self.level)
        return blank_repeats(source, self.plan.marks)

    def code(self, *, solved: bool = False) -> list[str]:
        """Return the code cells of the exercise, or those of the page with the same first lines."""
        found = []
        for i, number in self._numbers.items():
            original, source = self.post.sources[i - 1], self._source(i)
            first = mark(number, "given" if source == original else "yours to write")
            found.append(f"{first}\n{original if solved else source}")
        return found

    def cells(self, addresses: Addresses) -> list[Any]:
        """Return the cells of the post as the exercise has them."""
        code = dict(zip(self._numbers, self.code(), strict=True))
        numbers = (i for i, source in enumerate(self.post.sources, 1) if source.strip())
        found = []
        for cell in notebook_cells.cells(self.post, addresses):
            if cell.cell_type == "code":
                number = next(numbers)
                if number not in code:
                    found += [notebook_cells.prose(_LEFT_OUT, cell.id)] * (self.level == 1)
                    continue
                cell.source = code[number]
            elif self.level > 1:
                cell.source = _headings(cell.source)
            found.append(cell)
        return [cell for cell in found if cell.source.strip()]

    def check(self) -> list[Any]:
        """Return the cells that check what the reader wrote."""
        new = self._numbers
        sources = self.post.sources
        held = held_out(sources, [claim.metric for claim in self.post.claims])
        facts = ExerciseFacts(
            claims=self.post.claims,
            taught=[new[i] for i in self.plan.taught],
            run=self.run,
            yours=[new[i] for i in sorted(self.plan.written)],
            needed=[new[i] for i in sorted(self.plan.needed)],
            compared=[new[i] for i in sorted(self.plan.compared)],
            given={new[i]: sources[i - 1] for i in new if self._source(i) == sources[i - 1]},
            printed={new[i]: printed(self.run, i) for i in new if i not in self.plan.timed},
            held_out=held if self._is_trained_with(held) else "",
            close=self._close,
        )
        return check_cells(facts, len(new) + 1)

    def _is_trained_with(self, part: str) -> bool:
        """Return whether a cell that the reader writes could read a table."""
        name = part.partition("[")[0]
        binding = [i for i, s in enumerate(self.post.sources, 1) if name in CellNames(s).binds]
        return bool(binding) and max(self.plan.written) >= min(binding)


def _headings(text: str) -> str:
    return "\n\n".join(line for line in text.split("\n") if line.startswith("#"))
