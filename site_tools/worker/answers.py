"""Watch a metric compare answers, and evaluate it again with simple answers in their place.

`Recorder` and `Substitute` receive the calls that `analysis.answer_sites` has put into the code.
A comparison counts when it has as many answers as right answers, and when the dataflow says which
are which. Arrays of numpy and torch, lists, and single numbers in a loop are understood.
"""

from __future__ import annotations

import operator
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from site_tools.analysis.answer_sites import AnswerSite
from site_tools.worker.array_values import fits, flat_list, is_part, is_single

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "sub": operator.sub,
    "xor": operator.xor,
}


LEAST_OF_ONE = 20
"""From this many on, right answers that are all alike are those of examples."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One comparison of answers."""

    site: int
    right: Any
    """The right answers."""
    answer: Any
    """The network's."""
    position: int
    """Which side the network's answers are on."""
    through: str = ""
    """The type of the function that compares, such as `BCEWithLogitsLoss`."""


class Observer:
    """Receives the comparisons of rewritten code."""

    everywhere = False
    """Whether a list that a loop has collected holds the new value only: its earlier values were
    made from other answers, or from other data."""

    def begin(self) -> int:
        """Return a mark, from before the operands are evaluated."""
        return 0

    def see(self, number: int, mark: int, values: list[Any], function: Any) -> list[Any]:
        """Return the values to compare, in place of these."""
        raise NotImplementedError

    def operate(self, number: int, mark: int, name: str, left: Any, right: Any) -> Any:
        """Compare by an operator."""
        left, right = self.see(number, mark, [left, right], None)
        return _OPERATORS[name](left, right)

    def method(self, number: int, mark: int, name: str, left: Any, right: Any) -> Any:
        """Compare by a method of the left side."""
        function = getattr(left, name)
        if type(left).__module__.partition(".")[0] not in {"numpy", "torch"}:
            left, right = self.see(number, mark, [left, right], function)
            return getattr(left, name)(right) if hasattr(left, name) else function(right)
        new = self.see(number, mark, [left, right], function)
        return getattr(new[0] if hasattr(new[0], name) else left, name)(new[1])

    def call(self, number: int, mark: int, function: Any, *args: Any, **named: Any) -> Any:
        """Call a function that may compare two of its arguments."""
        new = self.see(number, mark, [*args, *named.values()], function)
        count = len(args)
        return function(*new[:count], **dict(zip(named, new[count:], strict=True)))


class Recorder(Observer):
    """Records what is compared."""

    def __init__(self, sites: Sequence[AnswerSite], learned: Sequence[Any]) -> None:
        self.sites, self.learned = sites, learned
        self.visits: list[Visit] = []

    def begin(self) -> int:
        """Return how many comparisons there were so far."""
        return len(self.visits)

    def see(self, number: int, mark: int, values: list[Any], function: Any) -> list[Any]:
        """Record a comparison in place of those inside its operands."""
        visit = self._visit(number, values, function)
        inner = self.visits[mark:]
        if visit is None or (is_single(visit.right) and any(not is_single(v.right) for v in inner)):
            return values
        del self.visits[mark:]  # they belong to the network that gives the answers
        self.visits.append(visit)
        return values

    def _visit(self, number: int, values: list[Any], function: Any) -> Visit | None:
        site = self.sites[number]
        for right in range(len(values)):
            for answer in range(len(values)):
                if self._compares(site, values, right, answer):
                    through = type(function).__name__ + str(getattr(function, "__name__", ""))
                    return Visit(number, values[right], values[answer], answer, through)
        return None

    def _compares(self, site: AnswerSite, values: list[Any], right: int, answer: int) -> bool:
        """Return whether one value is the right answers, and the other the network's."""
        one, other = site.sides[right], site.sides[answer]
        if right == answer or one.constant or other.constant or one.depends:
            return self._is_undecided(site, values, right, answer)
        if not other.depends:
            return self._is_undecided(site, values, right, answer)
        if other.learned or any(is_part(values[answer], whole) for whole in self.learned):
            return False
        return fits(values[right], values[answer])

    def _is_undecided(self, site: AnswerSite, values: list[Any], right: int, answer: int) -> bool:
        """Return whether the side that varies more is taken for the right answers.

        Only where equal values count, and the dataflow does not decide.
        """
        one, other = site.sides[right], site.sides[answer]
        if right == answer or one.constant or other.constant or not site.equality:
            return False
        if one.depends != other.depends or not fits(values[right], values[answer]):
            return False
        if is_single(values[right]):  # their group is turned round if need be
            return one.depends and right < answer
        return _top_share(values[right]) <= _top_share(values[answer])


def _top_share(values: Any) -> float:
    flat = flat_list(values)
    return Counter(flat).most_common(1)[0][1] / len(flat)


class Substitute(Observer):
    """Puts simple answers in the place of those of the network."""

    everywhere = True

    def __init__(self, answers: Mapping[int, Sequence[Any]], positions: Mapping[int, int]) -> None:
        self.answers, self.positions = answers, positions
        """For each site, the answers of one visit after another."""
        self.count: Counter[int] = Counter()

    def see(self, number: int, mark: int, values: list[Any], function: Any) -> list[Any]:  # noqa: ARG002
        """Return the values with a simple answer."""
        if number not in self.answers:
            return values
        answers, position = self.answers[number], self.positions[number]
        if not fits(values[position], values[position]):
            return values
        index = self.count[number]
        self.count[number] += 1
        new = list(values)
        new[position] = answers[index]  # raises IndexError if the metric compares more often now
        return new


def grouped(visits: Sequence[Visit], sites: Sequence[AnswerSite]) -> dict[int, list[Visit]]:
    """Return the visits of each site that compares answers, without those that compare none."""
    found: defaultdict[int, list[Visit]] = defaultdict(list)
    for visit in visits:
        found[visit.site].append(visit)
    for number, own in found.items():
        undecided = len({side.depends for side in sites[number].sides}) == 1
        if undecided and all(is_single(visit.right) for visit in own):
            found[number] = _turned(own)
    return {site: own for site, own in found.items() if _varies(own) or _are_many(own, sites[site])}


def _turned(visits: list[Visit]) -> list[Visit]:
    """Return single comparisons whose right answers are on the side that varies more."""
    right = [value for visit in visits for value in flat_list(visit.right)]
    answer = [value for visit in visits for value in flat_list(visit.answer)]
    if _top_share(right) <= _top_share(answer):
        return visits
    return [replace(v, right=v.answer, answer=v.right, position=1 - v.position) for v in visits]


def _are_many(visits: Sequence[Visit], site: AnswerSite) -> bool:
    """Return whether many answers are compared with one and the same right answer.

    So are held-out examples of a single class. Fewer may be the states of a game.
    """
    decided = len({side.depends for side in site.sides}) > 1
    return (
        decided and site.equality and sum(len(flat_list(v.right)) for v in visits) >= LEAST_OF_ONE
    )


def _varies(visits: Sequence[Visit]) -> bool:
    try:
        return len({value for visit in visits for value in flat_list(visit.right)}) > 1
    except TypeError:
        return False


def has_one_answer(groups: Mapping[int, Sequence[Visit]]) -> bool:
    """Return whether no example has two answers, as when two networks are compared."""
    seen: dict[str, str] = {}
    for visits in groups.values():
        sequences = [(flat_list(v.right), flat_list(v.answer)) for v in visits]
        if all(is_single(visit.right) for visit in visits):
            sequences = _repetitions(visits)
        for right, answer in sequences:
            if seen.setdefault(repr(right), repr(answer)) != repr(answer):
                return False
    return True


def _repetitions(visits: Sequence[Visit]) -> list[tuple[list[Any], list[Any]]]:
    """Return a sequence of single comparisons in equal parts, if the right answers repeat."""
    rights = [value for visit in visits for value in flat_list(visit.right)]
    answers = [value for visit in visits for value in flat_list(visit.answer)]
    for parts in (4, 3, 2):
        size, rest = divmod(len(rights), parts)
        if not rest and size > 1 and rights == rights[:size] * parts:
            cut = range(0, len(rights), size)
            return [(rights[i : i + size], answers[i : i + size]) for i in cut]
    return [(rights, answers)]
