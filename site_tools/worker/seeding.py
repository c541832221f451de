"""The same program from another random start: every seed it sets becomes another one.

Part of a trial's process: imports nothing but the standard library until it is asked to.
"""

from __future__ import annotations

import itertools
import operator
import random
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

_FACTOR, _STEP, _OFFSET, _RANGE = 1_000_003, 7_919, 17, 2**32
_GLOBAL = {
    "random": ("random", "random.seed(1)"),
    "numpy": ("np.random", "np.random.seed(1)"),
    "torch": ("torch", "torch.manual_seed(1)"),
}
"""For each module: what its global generator is called, and the line that seeds it."""


def reseeded(seed: int, trial: int) -> int:
    """Return the seed that a trial uses in place of an author's seed, in 0 … 2³² - 1."""
    return (int(seed) * _FACTOR + _STEP * trial + _OFFSET) % _RANGE


Other = Callable[[Any], Any]
"""Takes a seed, or None, and returns the one to use."""


def vary(trial: int, modules: Iterable[str]) -> None:
    """Re-seed all that comes from these modules, from now on.

    `modules` are `random` and, where the program has them, `numpy` and `torch`. Seeds are mapped
    by `reseeded`; generators without a seed get one that depends on the trial and their number.
    """
    unseeded = itertools.count()

    def other(seed: Any) -> Any:
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
        return seed  # a generator, a SeedSequence: made with a seed that was mapped already

    _wrap(other, modules)
    random.seed()
    if "numpy" in modules:
        sys.modules["numpy"].random.seed()
    if "torch" in modules:
        sys.modules["torch"].seed()


def _wrap(other: Other, modules: Iterable[str]) -> None:
    """Let every function and class that takes a seed ask first."""
    _wrap_random(other)
    if "numpy" in modules:
        _wrap_numpy(other)
    if "torch" in modules:
        _wrap_torch(other)


def _wrap_random(other: Other) -> None:
    seed = random.seed

    class Random(random.Random):
        def seed(self, a: Any = None, version: int = 2) -> None:
            super().seed(other(a), version)

    random.seed = lambda a=None, version=2: seed(other(a), version)
    random.Random = _like(Random)  # type: ignore[assignment, misc]


class _StaysAClass(type):
    """Lets `isinstance` hold for instances that were made before the class was replaced."""

    def __instancecheck__(cls, instance: object) -> bool:
        original = cls.__dict__.get("original")  # not that of an author's subclass
        return super().__instancecheck__(instance) or (
            original is not None and isinstance(instance, original)
        )


def _like(kind: type) -> type:
    """Give a class the name of its base, so that it pickles."""
    base = kind.__bases__[0]
    kind.__name__, kind.__qualname__, kind.__module__ = (
        base.__name__,
        base.__qualname__,
        base.__module__,
    )
    return kind


def _wrap_numpy(other: Other) -> None:
    import numpy as np  # noqa: PLC0415

    numpy_random: Any = np.random
    seed_global, default_rng = numpy_random.seed, numpy_random.default_rng
    numpy_random.seed = lambda seed=None: seed_global(other(seed))
    numpy_random.default_rng = lambda seed=None: default_rng(other(seed))
    names = ["RandomState", "SeedSequence", "PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"]
    for name in names:
        base = getattr(numpy_random, name)

        def __init__(self: Any, seed: Any = None, *rest: Any, _b: Any = base, **named: Any) -> None:  # noqa: N807
            _b.__init__(self, other(named.pop("entropy", seed)), *rest, **named)

        members = {"__init__": __init__, "original": base}
        setattr(numpy_random, name, _like(_StaysAClass(name, (base,), members)))


def _wrap_torch(other: Other) -> None:
    import torch  # noqa: PLC0415

    manual_seed = torch.manual_seed

    class Generator(torch.Generator):
        def __init__(self, *_: Any, **__: Any) -> None:
            seed = other(None)
            if seed is not None:
                super().manual_seed(seed)

        def manual_seed(self, seed: int) -> torch.Generator:
            return super().manual_seed(other(seed))

    def seed() -> int:
        new = other(None)
        return original_seed() if new is None else manual_seed(new).initial_seed()

    original_seed = torch.seed
    torch.manual_seed = torch.random.manual_seed = lambda seed: manual_seed(other(seed))
    torch.seed = torch.random.seed = seed
    torch.Generator = Generator  # type: ignore[misc]


@dataclass
class Watch:
    """Notices when a program uses a generator that it has not seeded."""

    unseeded: list[tuple[str, str, int, int]] = field(default_factory=list)
    """For each: its name, the line that would seed it, and the cell and line of its first use."""
    _states: dict[str, Any] = field(default_factory=dict)
    _seeded: set[str] = field(default_factory=set)
    _fresh_generator: bool = False

    def start(self, modules: Iterable[str]) -> None:
        """Begin to watch `random` and, where the program has them, `numpy` and `torch`."""

        def other(seed: Any) -> Any:
            if seed is None and not _importing():
                self._fresh_generator = True
            return seed

        _wrap(other, modules)
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
        """Pass over what an import did to the generators."""
        self._states = {name: _state(name) for name in self._states}

    def look(self, cell: int, line: int) -> None:
        """Note what the statement that just ended did to the generators."""
        if self._fresh_generator:
            self._fresh_generator = False
            self.unseeded.append(("a new generator", "np.random.default_rng(1)", cell, line))
        for name in [name for name in self._states if name not in self._seeded]:
            state = _state(name)
            if not _same(state, self._states[name]):
                self.unseeded.append((*_GLOBAL[name], cell, line))
                del self._states[name]


def _importing() -> bool:
    """Return whether a module is being imported: torch imports much of itself when first used."""
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
    """Put the global generators back into these states."""
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
