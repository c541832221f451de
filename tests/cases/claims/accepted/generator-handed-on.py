# ---
# title: A generator is handed from function to function
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
import copy

import numpy as np


def points(rng, count=50):
    return rng.uniform(-1, 1, count)


def start(rng):
    return rng.normal()


rng = np.random.default_rng(0)
again = copy.deepcopy(np.random.RandomState(0))
x = points(rng) + 0.01 * again.normal(size=50)
y = 3 * x
w = start(rng.spawn(1)[0])
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
