"""Record what a program draws at random, and from which generators it does so without a seed.

Drawing itself is not observed. The state of each generator is compared with the state in which it
was made or seeded: when it is seeded again, and when the program has ended. So this costs nothing
per number drawn.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from site_tools.model.run import NEW_GENERATOR
from site_tools.worker import generators
from site_tools.worker.code_locations import cell_of
from site_tools.worker.generators import GLOBAL, UNCHANGED, Hooks, same_state, state_of, wrap

MOST_KEPT = 100
"""Generators that are kept for a later comparison. A program that makes more gives up some that it
has not drawn from; they count as drawn from."""

_OURS = (__file__, generators.__file__, random.__file__)
"""The files between a line that makes a generator and this one."""

_ARGUMENTS = {"scipy": "rng=1", "networkx": "seed=1"}
"""The argument that takes a seed, by package; `random_state=1` in scikit-learn and most others."""


@dataclass(slots=True)
class _Kept:
    """A generator, and the state that it has as long as nothing is drawn from it."""

    generator: Any
    """For a global one the name of its module."""
    state: Any
    """None for one that an import has made, until the import has ended: it may draw from it."""
    seeded: bool
    remedy: str = ""
    place: tuple[int, int] = (0, 0)
    """The cell and line that made it."""


@dataclass
class Watch:
    """Records whether a program draws random numbers, and from which unseeded generators."""

    draws: bool = False
    """Whether anything random was drawn."""
    unseeded: list[tuple[str, str, int, int]] = field(default_factory=list)
    """For each generator that was used without a seed: its name, the line that would seed it, and
    the cell and line that made it, or of its first use."""
    _kept: dict[object, _Kept] = field(default_factory=dict)

    def start(self, modules: Collection[str]) -> None:
        """Begin to watch `random` and, if the program imports them, `numpy` and `torch`.

        On a GPU, torch has a generator of its own there.
        """
        wrap(Hooks(lambda seed: seed, self._replacing, self._replaced, self._drawn), modules)
        gpu = ["torch.cuda"] if "torch" in modules and state_of("torch.cuda") is not None else []
        for name in ("random", *GLOBAL.keys() & {*modules}, *gpu):
            self._kept[name] = _Kept(name, state_of(name), seeded=False, remedy=GLOBAL[name][1])

    def before_import(self) -> None:
        """Note what was drawn before an import, which may change the generators."""
        for name in self._global():
            self._compare(self._kept[name], (0, 0))

    def after_import(self) -> None:
        """Ignore how an import has changed the generators."""
        for name in self._global():
            self._kept[name].state = state_of(name)

    def record(self, cell: int, line: int) -> None:
        """Record which global generators the statement at this place has used without a seed."""
        for name in self._global():
            if not self._kept[name].seeded:
                self._compare(self._kept[name], (cell, line))
        for kept in self._kept.values():
            if kept.state is None:
                kept.state = state_of(kept.generator)

    def finish(self) -> None:
        """Compare all generators, when the program has ended."""
        for kept in [*self._kept.values()]:
            self._compare(kept, kept.place)
        self.unseeded.sort(key=lambda found: found[2:])

    def _global(self) -> list[str]:
        return [name for name in GLOBAL if name in self._kept]

    def _drawn(self) -> None:
        self.draws = self.draws or not _importing()

    def _replacing(self, generator: Any) -> None:
        """Compare a generator whose state is about to be replaced."""
        kept = self._kept.get(_key(generator))
        if kept is not None:
            self._compare(kept, kept.place if kept.place[0] else _place()[0])

    def _replaced(self, generator: Any, seed: Any) -> None:
        """Keep a generator with its new state, as long as that can show anything new."""
        key, before = _key(generator), self._kept.get(_key(generator))
        if seed is UNCHANGED:
            seeded = before is None or before.seeded
        else:
            source = self._kept.get(_key(seed))
            seeded = seed is not None and (source is None or source.seeded)
        seeded = seeded or _importing()
        if isinstance(generator, str):
            remedy = GLOBAL[generator][1]
            self._kept[generator] = _Kept(generator, state_of(generator), seeded, remedy)
        elif seeded and self.draws:
            self._kept.pop(key, None)
        else:
            place, package = _place()
            remedy = _remedy(generator)
            if package:
                remedy = _ARGUMENTS.get(package, "random_state=1")
            state = None if _importing() else state_of(generator)
            self._kept[key] = _Kept(generator, state, seeded, remedy, place)
            self._thin()

    def _thin(self) -> None:
        """Keep fewer generators when they are too many."""
        if len(self._kept) <= MOST_KEPT:
            return
        self.finish()
        self.draws = True
        seeded = [key for key, kept in self._kept.items() if kept.seeded and key not in GLOBAL]
        for key in seeded or [key for key in self._kept if key not in GLOBAL]:
            del self._kept[key]

    def _compare(self, kept: _Kept, place: tuple[int, int]) -> None:
        """Note whether anything was drawn from a generator; report it if it has no seed."""
        if kept.state is None or (self.draws and kept.seeded):
            return
        if same_state(state_of(kept.generator), kept.state):
            return
        self.draws = True
        if not kept.seeded:
            own = isinstance(kept.generator, str)
            name = GLOBAL[kept.generator][0] if own else NEW_GENERATOR
            found = (name, kept.remedy, *place)
            if found not in self.unseeded:
                self.unseeded.append(found)
            kept.seeded = True  # reported once


def _key(generator: Any) -> object:
    return generator if isinstance(generator, str) else id(generator)


def _remedy(generator: Any) -> str:
    """Return the code that makes such a generator with a seed."""
    kind = type(generator)
    if kind.__module__.startswith("torch"):
        return "generator.manual_seed(1)"
    name = {"Generator": "default_rng"}.get(kind.__name__, kind.__name__)
    return f"random.{name}(1)" if name == "Random" else f"np.random.{name}(1)"


def _place() -> tuple[tuple[int, int], str]:
    """Return the innermost line of the post that runs, and the package that it has called."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001
    package = ""
    while frame is not None:
        name = frame.f_code.co_filename
        if cell := cell_of(name):
            return (cell, frame.f_lineno), package
        if name not in _OURS:
            package = str(frame.f_globals.get("__name__", "")).split(".")[0]
        frame = frame.f_back
    return (0, 0), package


def _importing() -> bool:
    """Return whether an import is in progress: torch imports parts of itself on first use."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False
