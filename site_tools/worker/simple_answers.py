"""Simple answers that need no network: the commonest, the mean, the value before."""

from __future__ import annotations

import itertools
import math
import numbers
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from site_tools.analysis.answer_sites import AnswerSite
from site_tools.analysis.baseline_names import COMMONEST, LAST, RECENT, SWAPPED
from site_tools.worker.answers import Visit
from site_tools.worker.array_values import flat_list, is_single, like, shape_of

MOST_CLASSES = 0.5
"""Numbers are classes if at most this part of them is distinct: then one of them is the commonest
for a reason. Measured values hardly ever repeat."""

LEAST_ROWS = 10
"""From this many rows on, each column of the right answers has its own mean: of fewer, a mean per
column would be close to the answers themselves."""

LEAST_SEQUENCE = 8
"""Values of a sequence: fewer may agree with another array by chance."""

MOST_RECENT = 30
"""Means are taken of up to so many values before: longer ones are nearly the mean of all."""


def simple_answers(
    kind: str,
    visits: Sequence[Visit],
    site: AnswerSite,
    inputs: Sequence[Any],
    followed: Sequence[Any] = (),
) -> list[Any] | None:
    """Return an answer of one kind for each visit of a site; None where that kind has no meaning.

    `inputs` are values that do not depend on what is learned. A sequence is recognised by them:
    one of them holds, for each value, the value before. `followed` are sequences whose values a
    program answers one after the other, so that it knew all those before.
    """
    if kind in {LAST, RECENT}:
        return _previous(visits, inputs, followed, recent=kind == RECENT)
    if kind == SWAPPED:
        return _swapped(visits)
    values = _commonest(visits, site) if kind == COMMONEST else _means(visits, site)
    if values is None:
        return None
    return [_filled(visit, values) for visit in visits]


def _columns(visits: Sequence[Visit]) -> list[list[Any]] | None:
    """Return the right answers by column where they have rows, of all visits together."""
    rows: list[Any] = []
    for visit in visits:
        shape = shape_of(visit.right) or ()
        if len(shape) < 2:  # noqa: PLR2004
            return None
        flat, width = flat_list(visit.right), math.prod(shape[1:])
        rows += [flat[i : i + width] for i in range(0, len(flat), width)]
    wide = len({len(row) for row in rows}) == 1 and len(rows) >= LEAST_ROWS
    return [list(column) for column in zip(*rows, strict=True)] if wide else None


def _by_column(
    visits: Sequence[Visit], summary: Callable[[list[Any]], Any]
) -> Any | list[Any] | None:
    columns = _columns(visits)
    if columns and len(columns) > 1:
        return [summary(column) for column in columns]
    return summary([value for visit in visits for value in flat_list(visit.right)])


def _commonest(visits: Sequence[Visit], site: AnswerSite) -> Any:
    flat = [value for visit in visits for value in flat_list(visit.right)]
    if not site.equality and len(set(flat)) > MOST_CLASSES * len(flat):
        return None
    return _by_column(visits, lambda column: Counter(column).most_common(1)[0][0])


def _means(visits: Sequence[Visit], site: AnswerSite) -> Any:
    flat = [value for visit in visits for value in flat_list(visit.right)]
    if site.equality or not all(isinstance(value, numbers.Real) for value in flat):
        return None
    finite = all(math.isfinite(value) for value in flat)
    logits = any("logits" in visit.through.lower() for visit in visits)

    def mean(column: list[Any]) -> float:
        value = math.fsum(column) / len(column)
        return math.log(value / (1 - value)) if logits and 0 < value < 1 else value

    return _by_column(visits, mean) if finite else None


def _previous(
    visits: Sequence[Visit], inputs: Sequence[Any], followed: Sequence[Any], *, recent: bool
) -> list[Any] | None:
    """Return the value before each answer of a sequence; if `recent`, the mean of some of them."""
    if all(is_single(visit.right) for visit in visits):
        rights = [value for visit in visits for value in flat_list(visit.right)]
        found = previous_values(rights, (len(rights),), inputs) or _one_before(rights, followed)
        found = _recent_means(found, rights) if found and recent else found
        return found and [like(v.answer, [x]) for v, x in zip(visits, found, strict=True)]
    answers = []
    for visit in visits:
        flat = flat_list(visit.right)
        found = previous_values(flat, shape_of(visit.right) or (len(flat),), inputs)
        found = found or _one_before(flat, followed)
        if found and recent:
            found = _recent_means(found, flat) if len(shape_of(visit.right) or (1,)) == 1 else None
        if found is None:
            return None
        answers.append(like(visit.answer, found))
    return answers


def previous_values(
    right: list[Any], shape: tuple[int, ...], inputs: Sequence[Any]
) -> list[Any] | None:
    """Return the value before each, as an input of the program holds them; None if none does.

    The input has the shape of the right answers, one step earlier along an axis; or a row for each
    of them whose first or last number is the one before. It may have more rows: the right answers
    are held out.
    """
    count = len(right)
    if count < LEAST_SEQUENCE:
        return None
    width = count // shape[0]
    for value in inputs:
        flat = flat_list(value)
        found = _held_out(right, value, flat) if width == 1 else None
        if found is not None:
            return found
        if len(flat) % shape[0] or not flat:
            continue
        if len(flat) == count:
            ahead = flat[width:] == right[:-width] and len(shape) < 3  # noqa: PLR2004
            last = shape[-1]
            starts = range(0, count, last)
            along = last > 1 and all(
                flat[i + 1 : i + last] == right[i : i + last - 1] for i in starts
            )
            if (ahead and shape[0] > 1) or along:
                return flat
        elif width == 1:
            step = len(flat) // shape[0]
            for column in (flat[step - 1 :: step], flat[::step]):
                if column[1:] == right[:-1]:
                    return column
    return None


def _recent_means(previous: list[Any], right: list[Any]) -> list[float] | None:
    """Return the mean of the last n values before each, for the best n; None if that is 1.

    At the beginning of a sequence, fewer are known.
    """
    if not all(isinstance(value, numbers.Real) for value in [*previous, *right]):
        return None
    sums = [0.0, *itertools.accumulate(map(float, previous))]

    def means(count: int) -> list[float]:
        starts = [max(0, i - count) for i in range(1, len(sums))]
        return [(sums[i] - sums[s]) / (i - s) for i, s in enumerate(starts, start=1)]

    def error(answers: list[float]) -> float:
        return math.fsum((a - r) ** 2 for a, r in zip(answers, right, strict=True))

    best = min(range(1, MOST_RECENT + 1), key=lambda count: error(means(count)))
    return means(best) if best > 1 else None


def _one_before(right: list[Any], followed: Sequence[Any]) -> list[Any] | None:
    """Return the value before each in a sequence that has all of them; None if none has."""
    for value in followed if len(right) >= LEAST_SEQUENCE else ():
        flat = flat_list(value)
        for i in range(len(flat) - len(right)):
            if flat[i + 1 : i + 1 + len(right)] == right:
                return flat[i : i + len(right)]
        if flat == right:
            return [flat[0], *flat[:-1]]
    return None


def _held_out(right: list[Any], value: Any, flat: list[Any]) -> list[Any] | None:
    """Return the values before, if an input with more rows holds them in a column of some."""
    rows, width, *_ = [*(shape_of(value) or (0,)), 0]
    for start in {0, width - 1} if rows > len(right) and width > 1 else ():
        column = flat[start::width]
        for i, number in enumerate(column[: rows - len(right) + 1]):
            if column[i + 1 : i + len(right)] == right[:-1]:
                return [number, *right[:-1]]
    return None


def _swapped(visits: Sequence[Visit]) -> list[Any]:
    """Return the network's own answers, each for another example: half of all further on."""
    if all(is_single(visit.answer) for visit in visits):
        answers = [visit.answer for visit in visits]
        return [*answers[len(answers) // 2 :], *answers[: len(answers) // 2]]
    swapped = []
    for visit in visits:
        flat = flat_list(visit.answer)
        width = len(flat) // (shape_of(visit.answer) or (len(flat),))[0]
        away = len(flat) // width // 2 * width
        swapped.append(like(visit.answer, [*flat[away:], *flat[:away]]))
    return swapped


def _filled(visit: Visit, values: Any) -> Any:
    """Return an answer like the network's with these values: one for all, or one for a column."""
    count = len(flat_list(visit.answer))
    if isinstance(values, list):
        return like(visit.answer, values * (count // len(values)))
    return like(visit.answer, [values] * count)
