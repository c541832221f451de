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
from dataclasses import dataclass, field
from typing import Any, Protocol

NEVER = 1 << 62
"""An update count that no program reaches."""

MAX_RATIO = 2
"""A control is stopped after this many times the updates of the published program: a loop that
ends when the error is small would never end without learning."""

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

    __slots__ = ("number", "outer_stop", "start", "switch")

    def __init__(self, switch: Switch, number: int) -> None:
        self.switch, self.number = switch, number

    def __enter__(self) -> None:
        switch = self.switch
        self.start, self.outer_stop = switch.total, switch.stop
        switch.stop = min(switch.stop, self.start + switch.limits[self.number])
        switch.running.append(self)
        if switch.observer is not None:
            switch.observer.enter()

    def __exit__(self, _type: object, value: BaseException | None, _traceback: object) -> bool:
        switch = self.switch
        switch.running.pop()
        switch.stop = self.outer_stop
        done = switch.total - self.start
        switch.peaks[self.number] = max(switch.peaks[self.number], done)
        if switch.observer is not None:
            switch.observer.leave()
        return isinstance(value, Enough) and value.loop is self


@dataclass
class Switch:
    """Counts the updates of an instrumented program, and decides which of them run.

    The instrumented code calls `loop`, `round`, `learns`, `keep`, `restored` and `shuffled`.
    """

    learning: bool
    loops: int
    """How many instrumented loops the program has."""
    binding: frozenset[int] = frozenset()
    """The sites that may be the first to bind their target."""
    published: tuple[int, Sequence[int]] | None = None
    """The updates that the sham counted: in all, and for each loop the most in one run of it."""
    counts: Counter[int] = field(default_factory=Counter)
    """How often each site was reached."""
    stopped: bool = False
    """Whether a loop or a statement was ended for its number of updates."""
    total: int = 0
    stop: int = NEVER
    """The total beyond which the innermost loop that is over its limit ends."""
    observer: Observer | None = None

    def __post_init__(self) -> None:
        self.running: list[_Loop] = []
        self.peaks = [0] * self.loops
        self.limits = [NEVER] * self.loops
        if self.published and not self.learning:
            total, peaks = self.published
            self.stop = MAX_RATIO * total
            self.limits = [MAX_RATIO * (peak or total) for peak in peaks]
        self._kept: dict[int, list[tuple[Any, Any]]] = {}

    def loop(self, number: int) -> _Loop:
        """Return the guard around one run of a loop."""
        return _Loop(self, number)

    def learns(self, site: int, read: Reader) -> bool:
        """Return whether an update runs."""
        if not self.learning and site in self.binding and not _is_bound(read):
            return True
        self.counts[site] += 1
        self.count(site)
        return self.learning

    def round(self, loop: int) -> None:
        """Count a round of a loop as an update."""
        self.count(("loop", loop))

    def count(self, site: Hashable) -> None:
        """Count an update; raises Enough when that is more than the limit."""
        self.total += 1
        if self.total > self.stop:
            self.stopped = True
            ended = [x for x in self.running if self.total > x.start + self.limits[x.number]]
            raise Enough(ended[-1] if ended else None)
        if self.observer is not None:
            self.observer.update(site)

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
            _write_back(value, before)
        return [kept[i][0] for i in targets]

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


def _copied(value: Any) -> Any:
    if "torch" in sys.modules and isinstance(value, sys.modules["torch"].Tensor):
        return value.detach().clone()
    if isinstance(value, list | tuple):
        return type(value)(map(_copied, value))
    if isinstance(value, dict):
        return {key: _copied(part) for key, part in value.items()}
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001  values without copies are left as they are
        return value


def _write_back(value: Any, before: Any) -> None:
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
                _write_back(part, before[key])
    elif hasattr(value, "shape") and hasattr(value, "__setitem__"):
        value[...] = before
    elif hasattr(value, "__dict__"):
        value.__dict__.update(before.__dict__)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | complex)
