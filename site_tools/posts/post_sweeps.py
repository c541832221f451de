"""The sweeps of a post: the programs that `vary` makes of it, each with another number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from site_tools.analysis.number_assigned import AssignedNumber, NotSettable, number_assigned
from site_tools.analysis.parsed_program import ParsedProgram
from site_tools.analysis.source_edits import Edit
from site_tools.analysis.updates import changed_names
from site_tools.analysis.variants import Variant
from site_tools.model.errors import Problem, nearest
from site_tools.model.post import Post, SweepWish
from site_tools.model.text import listed


@dataclass(frozen=True, slots=True)
class Sweep:
    """One number of a program, with the programs that have other values in its place."""

    wish: SweepWish
    own: int | float
    """The author's value."""
    others: tuple[tuple[int | float, Variant], ...]
    """In the order of their values."""


def sweeps_of(post: Post) -> list[Sweep]:
    """Return the sweeps of a post whose numbers can be set."""
    if not post.sweeps:
        return []
    program = ParsedProgram(post.sources)
    found = ((wish, _number(post, program, wish)) for wish in post.sweeps)
    return [_sweep(wish, one) for wish, one in found if isinstance(one, AssignedNumber)]


def sweep_problems(post: Post) -> Iterator[Problem]:
    """Yield the names of `vary` whose numbers cannot be set; the code must be sound."""
    if not post.sweeps:
        return
    program = ParsedProgram(post.sources)
    for wish in post.sweeps:
        place = post.place_of(f"vary.{wish.name}")
        if not post.claims:
            what = "`vary` shows what becomes of a claim, and the post has none."
            yield Problem(place, what, "Leave it out.")
            return
        found = _number(post, program, wish)
        if isinstance(found, NotSettable):
            why = found.why.format(_lines(post, found))
            known = changed_names(post.sources) if found.is_unknown else ()
            remedy = nearest(wish.name, known) or found.remedy
            yield Problem(place, f"`vary` names `{wish.name}`, {why}.", remedy)
        elif set(wish.values) == {found.value}:
            what = f"`vary` gives `{wish.name}` no other value than that of the program."
            yield Problem(place, what, "Add values to compare it with.")


def _lines(post: Post, found: NotSettable) -> str:
    """Return `line 3` or `lines 3 and 5`; nothing where no line is to blame."""
    lines = [str(post.place_in_code(*one).line) for one in found.lines]
    return f"line{'s' if len(lines) > 1 else ''} {listed(lines)}" if lines else ""


def _number(post: Post, program: ParsedProgram, wish: SweepWish) -> AssignedNumber | NotSettable:
    return number_assigned(program, wish.name, [claim.metric for claim in post.claims])


def _sweep(wish: SweepWish, number: AssignedNumber) -> Sweep:
    values = [value for value in wish.values if value != number.value]
    return Sweep(
        wish, number.value, tuple((value, _variant(wish, number, value)) for value in values)
    )


def _variant(wish: SweepWish, number: AssignedNumber, value: float) -> Variant:
    title = f"with `{wish.name} = {value!r}`"
    edit = Edit(number.cell, number.start, number.end, repr(value), "replaced")
    return Variant(number.cell, number.start[0], title, (edit,))
