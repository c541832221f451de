# ---
# title: Every generator has a seed
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((w * x - y) ** 2).mean()
#     goal: "< 0.05"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import random

import numpy as np

random.seed(1)
np.random.seed(2)
old = np.random.RandomState(3)
new = np.random.default_rng(seed=4)
bits = np.random.Generator(np.random.PCG64(5))
x = np.array([random.random(), random.Random(6).random(), old.rand(), new.random(), bits.random()])
x = np.concatenate([x, np.random.rand(20)])
y = 3 * x
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
