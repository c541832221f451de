"""Watch a metric compare answers, and evaluate it again with simple answers in their place.

`Recorder` and `Substitute` receive the calls that `analysis.answer_sites` has put into the code.
A comparison counts when it has as many answers as right answers, and when the dataflow says which
are which. Arrays of numpy and torch, lists, and single numbers in a loop are understood.
"""

from __future__ import annotations

import math
import numbers
import operator
import sys
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from site_tools.analysis.answer_sites import AnswerSite
from site_tools.analysis.baseline_names import COMMONEST, LAST

MOST_CLASSES = 0.5
"""Numbers are classes if at most this part of them is distinct: then one of them is the commonest
for a reason. Measured values hardly ever repeat."""

LEAST_ROWS = 10
"""From this many rows on, each column of the right answers has its own mean: of fewer, a mean per
column would be close to the answers themselves."""

LEAST_SEQUENCE = 8
"""Values of a sequence: fewer may agree with another array by chance."""

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "sub": operator.sub,
    "xor": operator.xor,
}


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


class _Observer:
    """Receives the comparisons of rewritten code."""

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


class Recorder(_Observer):
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
        if other.learned or any(_is_part(values[answer], whole) for whole in self.learned):
            return False
        return _fits(values[right], values[answer])

    def _is_undecided(self, site: AnswerSite, values: list[Any], right: int, answer: int) -> bool:
        """Return whether the side that varies more is taken for the right answers.

        Only where equal values count, and the dataflow does not decide.
        """
        one, other = site.sides[right], site.sides[answer]
        if right == answer or one.constant or other.constant or not site.equality:
            return False
        if one.depends != other.depends or not _fits(values[right], values[answer]):
            return False
        if is_single(values[right]):  # their group is turned round if need be
            return one.depends and right < answer
        return _top_share(values[right]) <= _top_share(values[answer])


def _top_share(values: Any) -> float:
    flat = flat_list(values)
    return Counter(flat).most_common(1)[0][1] / len(flat)


class Substitute(_Observer):
    """Puts simple answers in the place of those of the network."""

    def __init__(self, answers: Mapping[int, Sequence[Any]], positions: Mapping[int, int]) -> None:
        self.answers, self.positions = answers, positions
        """For each site, the answers of one visit after another."""
        self.count: Counter[int] = Counter()

    def see(self, number: int, mark: int, values: list[Any], function: Any) -> list[Any]:  # noqa: ARG002
        """Return the values with a simple answer."""
        if number not in self.answers:
            return values
        answers, position = self.answers[number], self.positions[number]
        if not _fits(values[position], values[position]):
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
    return {site: own for site, own in found.items() if _varies(own)}


def _turned(visits: list[Visit]) -> list[Visit]:
    """Return single comparisons whose right answers are on the side that varies more."""
    right = [value for visit in visits for value in flat_list(visit.right)]
    answer = [value for visit in visits for value in flat_list(visit.answer)]
    if _top_share(right) <= _top_share(answer):
        return visits
    return [replace(v, right=v.answer, answer=v.right, position=1 - v.position) for v in visits]


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


def simple_answers(
    kind: str, visits: Sequence[Visit], site: AnswerSite, inputs: Sequence[Any]
) -> list[Any] | None:
    """Return an answer of one kind for each visit of a site; None where that kind has no meaning.

    `inputs` are values that do not depend on what is learned. A sequence is recognised by them:
    one of them holds, for each value, the value before.
    """
    if kind == LAST:
        return _previous(visits, inputs)
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


def _previous(visits: Sequence[Visit], inputs: Sequence[Any]) -> list[Any] | None:
    if all(is_single(visit.right) for visit in visits):
        rights = [value for visit in visits for value in flat_list(visit.right)]
        found = previous_values(rights, (len(rights),), inputs)
        return found and [_like(v.answer, [x]) for v, x in zip(visits, found, strict=True)]
    answers = []
    for visit in visits:
        flat = flat_list(visit.right)
        found = previous_values(flat, shape_of(visit.right) or (len(flat),), inputs)
        if found is None:
            return None
        answers.append(_like(visit.answer, found))
    return answers


def previous_values(
    right: list[Any], shape: tuple[int, ...], inputs: Sequence[Any]
) -> list[Any] | None:
    """Return the value before each, as an input of the program holds them; None if none does.

    The input has the shape of the right answers, one step earlier along an axis; or a row for each
    of them whose first or last number is the one before.
    """
    count = len(right)
    if count < LEAST_SEQUENCE:
        return None
    width = count // shape[0]
    for value in inputs:
        flat = flat_list(value)
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


def _filled(visit: Visit, values: Any) -> Any:
    """Return an answer like the network's with these values: one for all, or one for a column."""
    count = len(flat_list(visit.answer))
    if isinstance(values, list):
        return _like(visit.answer, values * (count // len(values)))
    return _like(visit.answer, [values] * count)


def _like(answer: Any, values: list[Any]) -> Any:
    """Return values in a container like that of an answer, in its shape."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(answer, torch.Tensor):
        new = torch.tensor(values, device=answer.device).reshape(answer.shape)
        floats = answer.is_floating_point() and not isinstance(values[0], bool)
        return new.to(answer.dtype) if floats else new
    if shape_of(answer) is not None:
        return sys.modules["numpy"].array(values).reshape(answer.shape)
    return type(answer)(values) if isinstance(answer, list | tuple) else values[0]


def is_single(value: Any) -> bool:
    """Return whether a value is one number, text or truth value."""
    shape = shape_of(value)
    return shape == () if shape is not None else isinstance(value, numbers.Number | str | bytes)


def shape_of(value: Any) -> tuple[int, ...] | None:
    """Return the shape of an array of numpy, torch or pandas; None for anything else."""
    for package, names in _ARRAYS.items():
        module = sys.modules.get(package)
        known = [getattr(module, name, None) for name in names]
        if any(isinstance(kind, type) and issubclass(type(value), kind) for kind in known):
            return tuple(value.shape)
    return None


_ARRAYS = {"numpy": ("ndarray", "generic"), "torch": ("Tensor",), "pandas": ("Series", "DataFrame")}
"""Types of arrays. They are asked by type: foreign objects may answer to any attribute."""


def flat_list(value: Any) -> list[Any]:
    """Return the values of an array or a list, one after another, as Python's own."""
    shape = shape_of(value)
    if shape is None:
        return [value] if is_single(value) else [flat_list(part)[0] for part in value]
    if type(value).__module__.startswith("pandas"):
        value = value.to_numpy()
    return [value.tolist()] if shape == () else list(value.reshape(-1).tolist())


def _fits(one: Any, other: Any) -> bool:
    """Return whether two values are as many numbers, texts or truth values."""
    if is_single(one) or is_single(other):
        return is_single(one) and is_single(other)
    return _size(one) == _size(other) > 1


def _size(value: Any) -> int:
    """Return how many values an array or a flat list has; 0 for anything else."""
    shape = shape_of(value)
    if shape is not None:
        return math.prod(shape)
    if type(value) in {list, tuple}:
        return len(value) if all(map(is_single, value)) else 0
    return 0


def _is_part(value: Any, whole: Any) -> bool:
    """Return whether a value is, or is a view of, what the program learns."""
    if value is whole:
        return not is_single(value)
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None and isinstance(value, numpy.ndarray) and isinstance(whole, numpy.ndarray):
        return bool(numpy.may_share_memory(value, whole))
    if torch is not None and isinstance(value, torch.Tensor) and isinstance(whole, torch.Tensor):
        return bool(value.untyped_storage().data_ptr() == whole.untyped_storage().data_ptr() != 0)
    return False


def learned_values(namespace: Mapping[str, Any], names: Collection[str]) -> list[Any]:
    """Return the arrays and lists in a namespace that have a learned name, or are in one."""
    found: list[Any] = []
    seen: set[int] = set()
    waiting = [(value, name in names) for name, value in namespace.items() if name[:1] != "_"]
    for _ in range(_DEPTH):
        inner: list[tuple[Any, bool]] = []
        for value, learned in waiting:
            if id(value) in seen:
                continue
            seen.add(id(value))
            if learned:
                found.append(value)
            inner += _parts(value, names, learned=learned)
        waiting = inner
    return found


_DEPTH = 4
"""How many levels of lists, dictionaries and objects are searched for what is learned."""


def _parts(value: Any, names: Collection[str], *, learned: bool) -> list[tuple[Any, bool]]:
    if type(value) in {list, tuple}:
        return [(part, learned) for part in value] if len(value) < 1000 else []  # noqa: PLR2004
    if type(value) is dict:
        return [(part, learned or key in names) for key, part in value.items()]
    torch = sys.modules.get("torch")
    if torch is not None and issubclass(type(value), torch.nn.Module):
        return [(parameter, True) for parameter in value.parameters()]
    if issubclass(type(value), types.ModuleType | types.FunctionType | type):
        return []
    own = vars(value) if type(value).__module__ == "__main__" and hasattr(value, "__dict__") else {}
    return [(part, learned or key in names) for key, part in own.items()]
