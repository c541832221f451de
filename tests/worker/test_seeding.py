"""Seed trials: another random start, repeatable, with the same classes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from site_tools.worker.seeding import reseeded

DRAWS = """
import random, numpy as np, torch
numbers = [random.random(), np.random.rand(), torch.rand(()).item()]
random.seed(1); np.random.seed(1); torch.manual_seed(1)
numbers += [random.random(), np.random.rand(), torch.rand(()).item()]
numbers += [random.Random(1).random(), np.random.RandomState(1).rand()]
numbers += [np.random.default_rng(1).random(), np.random.default_rng().random()]
numbers += [np.random.Generator(np.random.PCG64(1)).random()]
numbers += [np.random.default_rng([1, 2]).random()]
numbers += [np.random.default_rng(np.random.SeedSequence(1)).random()]
numbers += [torch.rand((), generator=torch.Generator().manual_seed(1)).item()]
"""


def run(trial: int, code: str) -> str:
    """Run code in a new process from another random start; trial 0 is the author's own."""
    vary = (
        f"from site_tools.worker.seeding import vary; vary({trial}, ['random', 'numpy', 'torch'])\n"
    )
    command = [sys.executable, "-c", (vary if trial else "") + code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_reseeded_maps_seeds_and_trials_to_distinct_seeds() -> None:
    assert reseeded(1, 2) == 1_000_003 + 2 * 7_919 + 17
    assert len({reseeded(seed, trial) for seed in range(100) for trial in range(1, 21)}) == 2000


@pytest.mark.slow
def test_vary_changes_every_generator_and_repeats() -> None:
    first, again, second = (run(trial, DRAWS + "print(numbers)") for trial in (1, 1, 2))
    own = run(0, DRAWS + "print(numbers)")
    assert first == again
    columns = zip(*map(json.loads, (own, first, second)), strict=True)
    assert all(len(set(column)) == 3 for column in columns)


@pytest.mark.slow
def test_varied_classes_stay_classes() -> None:
    run(
        1,
        """
import copy, pickle, random
import numpy as np
early = np.random.mtrand._rand
from sklearn.utils import check_random_state
from sklearn.model_selection import train_test_split

assert isinstance(early, np.random.RandomState)
assert isinstance(np.random.RandomState(3), np.random.RandomState)
assert check_random_state(np.random.RandomState(3)).rand() == np.random.RandomState(3).rand()
assert check_random_state(3).rand() == np.random.RandomState(3).rand()
assert isinstance(random.Random(3), random.Random)
assert isinstance(np.random.PCG64(3), np.random.BitGenerator)
generator = np.random.default_rng(3)
assert copy.deepcopy(generator).random() == pickle.loads(pickle.dumps(generator)).random()
state = pickle.loads(pickle.dumps(np.random.RandomState(3)))
assert state.rand() == np.random.RandomState(3).rand()
assert random.Random(3).random() == random.Random(3).random() != random.Random("3").random()
train_test_split(list(range(9)), random_state=0)
np.random.default_rng(generator), np.random.default_rng(np.random.PCG64(1))
np.random.SeedSequence(5).spawn(2)
""",
    )
