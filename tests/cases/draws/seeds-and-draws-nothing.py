# draws: no
import random

import numpy as np

random.seed(1)
np.random.seed(1)
np.random.seed(2)
chance = random.Random()
chance.seed(3)
old, new = np.random.RandomState(4), np.random.default_rng()
bits = np.random.PCG64(5)
w = np.zeros(3)
