"""Run a program from another random start: map each seed that it sets to another one.

Runs in a trial's process, like `generators`.
"""

from __future__ import annotations

import itertools
import operator
import random
import sys
from collections.abc import Iterable
from typing import Any

from site_tools.worker.generators import GLOBAL, Hooks, state_of, wrap

_RANGE = 2**32
"""Seeds are below it: numpy's legacy generator accepts 32 bits."""

_FACTOR, _STEP, _OFFSET = 1_000_003, 7_919, 17
"""Seed s of trial t becomes (_FACTOR s + _STEP t + _OFFSET) mod _RANGE.

The factor is odd, so coprime to 2³²: the map is one-to-one, and distinct seeds of a program stay
distinct in each trial. Both numbers are prime, so seeds below 4,000 and trials below 30,000 never
give the same seed twice: that would need a difference of two seeds that 7,919 divides. The offset
is arbitrary. None of them is in the cache key: a change of one must raise RUNNER_VERSION.
"""


def reseeded(seed: int, trial: int) -> int:
    """Return the seed that a trial uses instead of an author's seed, in 0 … 2³² - 1."""
    return (int(seed) * _FACTOR + _STEP * trial + _OFFSET) % _RANGE


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

    wrap(Hooks(new_seed), modules)
    random.seed()
    if "numpy" in modules:
        sys.modules["numpy"].random.seed()
    if "torch" in modules:
        sys.modules["torch"].seed()


def random_states() -> dict[str, Any]:
    """Return the state of each global generator whose module is loaded."""
    return {name: state_of(name) for name in GLOBAL if name in sys.modules}


def restore(states: dict[str, Any]) -> None:
    """Restore the states of the global generators."""
    random.setstate(states["random"])
    if "numpy" in states:
        sys.modules["numpy"].random.set_state(states["numpy"])
    if "torch" in states:
        sys.modules["torch"].set_rng_state(states["torch"])
    if states.get("torch.cuda") is not None:
        sys.modules["torch"].cuda.set_rng_state(states["torch.cuda"])
