# draws: yes
import random

import numpy as np


def make():
    return np.random.default_rng()  # unseeded


spare = np.random.default_rng()
rng = make()
chance = random.Random()  # unseeded
old = np.random.RandomState(None)  # unseeded
sequence = np.random.SeedSequence()
x = rng.random() + chance.random() + old.rand()
y = np.random.default_rng(sequence).random()  # unseeded
