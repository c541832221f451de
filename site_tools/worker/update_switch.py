"""Switch learning off in an instrumented program.

A control is the same program without its updates: statements that `freeze` names are skipped
(`torch_hooks` does the same for torch). With learning on (the sham), the same instruments count
the updates. Runs in a trial's process: imports nothing but the standard library.
"""

from __future__ import annotations

import copy
import random
import sys
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from site_tools.model.protocol import UpdateCounts

NEVER = 1 << 62
"""An update count that no program reaches."""

MAX_TOTAL_RATIO = 25
"""A statement is ended after this many times the updates of the sham, in case that a recursion
waits for success. Far above the limit of a loop: an episode of 7 steps may take 200 untrained."""

Reader = Callable[[], list[Any]]
"""Reads the targets of a statement; raises when one of them does not exist."""


class Observer(Protocol):
    """Receives each update before it runs, and each beginning and end of an instrumented loop."""

    def update(self, site: Hashable) -> None:
        """Handle an update at a site: a frozen statement, a line that calls torch, a loop."""

    def enter(self) -> None:
        """Handle the beginning of a loop."""

    def leave(self) -> None:
        """Handle the end of a loop."""


class Enough(BaseException):
    """Ends a loop, or a top-level statement if `loop` is None, that may never end untrained.

    Not an Exception, so that `except Exception` in a post lets it pass.
    """

    def __init__(self, loop: _Loop | None) -> None:
        super().__init__()
        self.loop = loop


class _Loop:
    """An instrumented loop while it runs, as a context manager."""

    __slots__ = ("done", "limit", "number", "sampled", "switch")

    def __init__(self, switch: Switch, number: int, *, sampled: bool) -> None:
        self.switch, self.number, self.sampled = switch, number, sampled
        self.done, self.limit = 0, switch.limit(number)

    def __enter__(self) -> Self:
        if self.sampled and self.switch.observer is not None:
            self.switch.observer.enter()
        return self

    def __exit__(self, _type: object, value: BaseException | None, _traceback: object) -> bool:
        switch = self.switch
        switch.peaks[self.number] = max(switch.peaks[self.number], self.done)
        switch.rounds[self.number] += self.done
        if self.sampled and switch.observer is not None:
            switch.observer.leave()
        return isinstance(value, Enough) and value.loop is self

    def round(self) -> None:
        """Count a round that begins; raises Enough when that is more than the limit."""
        if self.done >= self.limit:
            self.switch.stopped = True
            raise Enough(self)
        self.done += 1
        if self.switch.ticks:
            self.switch.count(("loop", self.number))


@dataclass
class Switch:
    """Counts the updates of an instrumented program, and decides which of them run.

    The instrumented code calls `loop`, `once`, `learns`, `seen`, `keep`, `restored`, `turned`,
    `elsewhere` and `shuffled`.
    """

    learning: bool
    loops: int
    """How many loops the program has."""
    ticks: bool = False
    """Whether each round of a loop counts as an update."""
    binding: frozenset[int] = frozenset()
    """The sites that may be the first to bind their target."""
    published: UpdateCounts | None = None
    """What the sham counted; for a control."""
    counts: Counter[int] = field(default_factory=Counter)
    """How often each site was reached."""
    records: bool = False
    """Whether to keep what learns, before its first update and after its last."""
    turn: Callable[[Any, Any], Any] | None = None
    """Makes what an update leaves, from what was there before it and after it."""
    begin: Callable[[Any, int], Any] | None = None
    """Makes another start of a value, and of how many there were before it."""
    others: Counter[int] = field(default_factory=Counter)
    """How often each statement ran that must change nothing in a control."""
    moved: set[int] = field(default_factory=set)
    """Those of them whose target did change."""
    stopped: bool = False
    """Whether a loop was ended for its rounds, or a statement for its updates."""
    begun: int = 0
    total: int = 0
    stop: int = NEVER
    """The total beyond which a statement ends."""
    observer: Observer | None = None

    def __post_init__(self) -> None:
        self.peaks = [0] * self.loops
        """For each loop, the most rounds in one run of it."""
        self.rounds = [0] * self.loops
        """For each loop, its rounds in all."""
        if self.published:
            self.stop = MAX_TOTAL_RATIO * self.published.total or NEVER
        self._kept: dict[int, list[tuple[Any, Any]]] = {}
        self._first: dict[tuple[int, int], tuple[int, Any, Any]] = {}
        self._start: dict[int, Any] = {}
        self._last: dict[int, Reader] = {}
        self._changed: set[int] = set()

    def loop(self, number: int, sampled: bool) -> _Loop:  # noqa: FBT001
        """Return the guard around one run of a loop; curves are `sampled` at the end of some."""
        return _Loop(self, number, sampled=sampled)

    def once(self, number: int, sampled: bool) -> _Loop:  # noqa: FBT001
        """Return the guard around a loop that makes one round."""
        loop = self.loop(number, sampled)
        loop.limit = 1
        return loop

    def limit(self, number: int) -> int:
        """Return how many rounds a loop may make in one run."""
        return NEVER if self.published is None else self.published.limit(number)

    def learns(self, site: int, read: Reader) -> bool:
        """Return whether an update runs."""
        if not self.learning and site in self.binding and not _is_bound(read):
            return True
        self.counts[site] += 1
        self.count(site)
        if self.records:
            if site not in self._start and _is_bound(read):
                self._start[site] = _copied(read())
            self._last[site] = read
            if not self.counts[site] & (self.counts[site] - 1) and self.has_changed(site):
                self._changed.add(site)  # training may begin anew later, with the same weights
        return self.learning

    def count(self, site: Hashable) -> None:
        """Count an update; raises Enough when that is more than the limit."""
        self.total += 1
        if self.total > self.stop:
            self.stopped = True
            raise Enough(None)
        if self.observer is not None:
            self.observer.update(site)

    def seen(self, site: int, replaces: bool, read: Reader) -> None:  # noqa: FBT001
        """Note what a statement that must change nothing has left in its target.

        Its first result is compared with some later ones, each after twice as many runs. A
        statement that changes a thing in place may work on several, as a loop over parameters does:
        each is compared with itself. One that `replaces` a value leaves another thing each time.
        """
        self.others[site] += 1
        (value,) = read()
        key = site, 0 if replaces or isinstance(value, int | float) else id(value)
        if site in self.moved:
            return
        count, thing, first = self._first.get(key, (0, value, None))
        count += 1
        if count == 1:
            first = _copied(value)
        elif not count & (count - 1) and differs(first, value):
            self.moved.add(site)
        self._first[key] = count, thing, first  # keeps the thing, so that its identity is its own

    def keep(self, site: int, read: Reader) -> bool:
        """Copy what a statement would change; return False when a target does not exist yet."""
        if not _is_bound(read):
            return False
        self._kept[site] = [(value, _copied(value)) for value in read()]
        return True

    def restored(self, site: int, targets: Sequence[int]) -> list[Any]:
        """Undo what a statement changed, and return the old values of these targets."""
        kept = self._kept.pop(site)
        for value, before in kept:
            write_back(value, before)
        return [kept[i][0] for i in targets]

    def turned(self, site: int, read: Reader, targets: Sequence[int]) -> list[Any]:
        """Let what a statement changed go another way, and return new values of these targets."""
        if self.turn is None:
            raise RuntimeError("no way is known")
        kept = [before for _, before in self._kept.pop(site)]
        values = [self.turn(*pair) for pair in zip(kept, read(), strict=True)]
        return [values[i] for i in targets]

    def elsewhere(self, value: Any) -> Any:
        """Return another value from which something that learns can start."""
        self.begun += 1
        return value if self.begin is None else self.begin(value, self.begun)

    def states(self) -> tuple[list[Any], list[Any]]:
        """Return what the updates change: before the first of them, and now."""
        sites = sorted(site for site in self._start if _is_bound(self._last[site]))
        return [self._start[site] for site in sites], [self._last[site]() for site in sites]

    def has_changed(self, site: int) -> bool:
        """Return whether a site has left something else than was there before its first update."""
        if site in self._changed:
            return True
        if site not in self._start or not _is_bound(self._last[site]):
            return self.counts[site] > 0  # what was there before is not known
        before, now = self._start[site], self._last[site]()
        are_others = list(map(_shape, before)) != list(map(_shape, now))  # as in a loop over tables
        return are_others or differs(before, now)

    def shuffled(self, values: Any) -> Any:
        """Return the rows in another order, with a generator of its own: the program's go on.

        Raises TypeError when there are no rows.
        """
        if not hasattr(values, "__len__") or isinstance(values, dict | set | str):
            raise TypeError(f"the target of `shuffle` has no rows to permute: {values!r:.40}")
        order = list(range(len(values)))
        random.Random(self.loops + len(order)).shuffle(order)  # noqa: S311
        if isinstance(values, list | tuple):
            return type(values)(values[i] for i in order)
        return values[order]


def _is_bound(read: Reader) -> bool:
    """Return whether all targets exist; None is a placeholder for the first value."""
    try:
        return all(value is not None for value in read())
    except Exception:  # noqa: BLE001  a missing target may raise anything
        return False


def _shape(value: Any) -> Any:
    return getattr(value, "shape", None)


def _copied(value: Any) -> Any:
    if "torch" in sys.modules and isinstance(value, sys.modules["torch"].Tensor):
        return value.detach().clone()
    if hasattr(value, "_fields"):  # a named tuple
        return type(value)(*map(_copied, value))
    if type(value) in {list, tuple}:
        return type(value)(map(_copied, value))
    if isinstance(value, dict):
        return {key: _copied(part) for key, part in value.items()}
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001  values without copies are left as they are
        return value


def differs(one: Any, other: Any) -> bool:
    """Return whether two values hold different numbers, as far as they can be compared."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) != len(other) or any(map(differs, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() != other.keys() or any(differs(one[key], other[key]) for key in one)
    try:
        same = one == other
        return not bool(same.all() if hasattr(same, "all") else same)
    except Exception:  # noqa: BLE001  foreign types may raise anything
        return False


def write_back(value: Any, before: Any) -> None:
    """Restore the contents of an object in place, so that all references see them."""
    if hasattr(value, "detach"):
        with sys.modules["torch"].no_grad():
            value.copy_(before)
    elif isinstance(value, list | dict | tuple):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in list(pairs):
            if _is_number(part) and not isinstance(value, tuple):
                value[key] = before[key]
            elif key in before or not isinstance(value, dict):
                write_back(part, before[key])
    elif hasattr(value, "shape") and hasattr(value, "__setitem__"):
        with suppress(TypeError):  # an array of JAX: nothing can have changed it
            value[...] = before
    elif hasattr(value, "__dict__"):
        value.__dict__.update(before.__dict__)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | complex)
