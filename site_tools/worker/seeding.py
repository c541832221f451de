"""Run a program from another random start: map each seed that it sets to another one.

Runs in a trial's process: imports numpy and torch only if the program does.
"""

from __future__ import annotations

import itertools
import operator
import random
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

_RANGE = 2**32
"""Seeds are below it: numpy's legacy generator accepts 32 bits."""

_FACTOR, _STEP, _OFFSET = 1_000_003, 7_919, 17
"""Seed s of trial t becomes (_FACTOR s + _STEP t + _OFFSET) mod _RANGE.

The factor is odd, so coprime to 2³²: the map is one-to-one, and distinct seeds of a program stay
distinct in each trial. Both numbers are prime, so seeds below 4,000 and trials below 30,000 never
give the same seed twice: that would need a difference of two seeds that 7,919 divides. The offset
is arbitrary. None of them is in the cache key: a change of one must raise RUNNER_VERSION.
"""

_GLOBAL = {
    "random": ("random", "random.seed(1)"),
    "numpy": ("np.random", "np.random.seed(1)"),
    "torch": ("torch", "torch.manual_seed(1)"),
}
"""For each module: the name of its global generator, and the line that seeds it."""


def reseeded(seed: int, trial: int) -> int:
    """Return the seed that a trial uses instead of an author's seed, in 0 … 2³² - 1."""
    return (int(seed) * _FACTOR + _STEP * trial + _OFFSET) % _RANGE


SeedMap = Callable[[Any], Any]
"""Maps a seed, or None, to the seed that is used instead."""


def vary(trial: int, modules: Iterable[str]) -> None:
    """Map all seeds that the program gives to generators of these modules from now on.

    `modules` are `random` and, if the program imports them, `numpy` and `torch`. Seeds are mapped
    by `reseeded`; generators without a seed get one that depends on the trial and on how many came
    before, so that a trial repeats bit for bit.
    """
    unseeded = itertools.count()

    def new_seed(seed: Any) -> Any:
        if seed is None:
            return reseeded(_RANGE + next(unseeded), trial)
        if isinstance(seed, str | bytes | float):
            return f"{seed!r} {trial}"
        try:
            return reseeded(operator.index(seed), trial)
        except TypeError:
            pass
        if hasattr(seed, "__len__") and not hasattr(seed, "spawn"):
            return [reseeded(part, trial) for part in seed]
        return seed  # a generator or a SeedSequence, whose own seed is mapped already

    _wrap(new_seed, modules)
    random.seed()
    if "numpy" in modules:
        sys.modules["numpy"].random.seed()
    if "torch" in modules:
        sys.modules["torch"].seed()


def _wrap(new_seed: SeedMap, modules: Iterable[str]) -> None:
    """Replace every function and class that takes a seed by one that maps it first."""
    _wrap_random(new_seed)
    if "numpy" in modules:
        _wrap_numpy(new_seed)
    if "torch" in modules:
        _wrap_torch(new_seed)


def _wrap_random(new_seed: SeedMap) -> None:
    seed = random.seed

    class Random(random.Random):
        def seed(self, a: Any = None, version: int = 2) -> None:
            super().seed(new_seed(a), version)

    random.seed = lambda a=None, version=2: seed(new_seed(a), version)
    random.Random = _like(Random)  # type: ignore[assignment, misc]


class _ReplacedClass(type):
    """Makes `isinstance` true for instances that were made before the class was replaced."""

    def __instancecheck__(cls, instance: object) -> bool:
        original = cls.__dict__.get("original")  # not that of an author's subclass
        return super().__instancecheck__(instance) or (
            original is not None and isinstance(instance, original)
        )


def _like(kind: type) -> type:
    """Give a class the name of its base, so that its instances can be pickled."""
    base = kind.__bases__[0]
    kind.__name__, kind.__qualname__, kind.__module__ = (
        base.__name__,
        base.__qualname__,
        base.__module__,
    )
    return kind


def _wrap_numpy(new_seed: SeedMap) -> None:
    import numpy as np  # noqa: PLC0415

    numpy_random: Any = np.random
    seed_global, default_rng = numpy_random.seed, numpy_random.default_rng
    numpy_random.seed = lambda seed=None: seed_global(new_seed(seed))
    numpy_random.default_rng = lambda seed=None: default_rng(new_seed(seed))
    names = ["RandomState", "SeedSequence", "PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"]
    for name in names:
        base = getattr(numpy_random, name)

        def __init__(self: Any, seed: Any = None, *rest: Any, _b: Any = base, **named: Any) -> None:  # noqa: N807
            _b.__init__(self, new_seed(named.pop("entropy", seed)), *rest, **named)

        members = {"__init__": __init__, "original": base}
        setattr(numpy_random, name, _like(_ReplacedClass(name, (base,), members)))


def _wrap_torch(new_seed: SeedMap) -> None:
    import torch  # noqa: PLC0415

    manual_seed = torch.manual_seed

    class Generator(torch.Generator):
        def __init__(self, *_: Any, **__: Any) -> None:
            seed = new_seed(None)
            if seed is not None:
                super().manual_seed(seed)

        def manual_seed(self, seed: int) -> torch.Generator:
            return super().manual_seed(new_seed(seed))

    def seed() -> int:
        new = new_seed(None)
        return original_seed() if new is None else manual_seed(new).initial_seed()

    original_seed = torch.seed
    torch.manual_seed = torch.random.manual_seed = lambda seed: manual_seed(new_seed(seed))
    torch.seed = torch.random.seed = seed
    torch.Generator = Generator  # type: ignore[misc]


@dataclass
class Watch:
    """Records which generators a program uses without having seeded them."""

    unseeded: list[tuple[str, str, int, int]] = field(default_factory=list)
    """For each: its name, the line that would seed it, and the cell and line of its first use."""
    _states: dict[str, Any] = field(default_factory=dict)
    _seeded: set[str] = field(default_factory=set)
    _fresh_generator: bool = False

    def start(self, modules: Iterable[str]) -> None:
        """Begin to watch `random` and, if the program imports them, `numpy` and `torch`."""

        def new_seed(seed: Any) -> Any:
            if seed is None and not _importing():
                self._fresh_generator = True
            return seed

        _wrap(new_seed, modules)
        self._watch_seed("random", random, "seed")
        if "numpy" in modules:
            self._watch_seed("numpy", sys.modules["numpy"].random, "seed")
        if "torch" in modules:
            torch = sys.modules["torch"]
            self._watch_seed("torch", torch, "manual_seed")
            torch.random.manual_seed = torch.manual_seed
        self._states = random_states()

    def _watch_seed(self, name: str, module: Any, function: str) -> None:
        original = getattr(module, function)

        def watched(*args: Any, **named: Any) -> Any:
            if args or named:
                self._seeded.add(name)
            return original(*args, **named)

        setattr(module, function, watched)

    def forget(self) -> None:
        """Ignore how an import changed the generators."""
        self._states = {name: _state(name) for name in self._states}

    def record(self, cell: int, line: int) -> None:
        """Record the generators that the statement at this place used without a seed."""
        if self._fresh_generator:
            self._fresh_generator = False
            self.unseeded.append(("a new generator", "np.random.default_rng(1)", cell, line))
        for name in [name for name in self._states if name not in self._seeded]:
            state = _state(name)
            if not _same(state, self._states[name]):
                self.unseeded.append((*_GLOBAL[name], cell, line))
                del self._states[name]


def _importing() -> bool:
    """Return whether an import is in progress: torch imports parts of itself on first use."""
    frame = sys._getframe(1)  # noqa: SLF001
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def random_states() -> dict[str, Any]:
    """Return the state of each global generator whose module is loaded."""
    return {name: _state(name) for name in _GLOBAL if name in sys.modules}


def restore(states: dict[str, Any]) -> None:
    """Restore the states of the global generators."""
    random.setstate(states["random"])
    if "numpy" in states:
        sys.modules["numpy"].random.set_state(states["numpy"])
    if "torch" in states:
        sys.modules["torch"].set_rng_state(states["torch"])


def _state(name: str) -> Any:
    if name == "random":
        return random.getstate()
    if name == "numpy":
        return sys.modules["numpy"].random.get_state()
    return sys.modules["torch"].get_rng_state()


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple):
        return all(map(_same, one, other))
    equal = one == other
    return bool(equal.all()) if hasattr(equal, "all") else bool(equal)
