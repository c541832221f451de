# ---
# title: A generator gets its seed after it is made
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

chance = random.Random()
chance.seed(1)
old = np.random.RandomState()
old.seed(2)
x = np.array([chance.uniform(-1, 1) for _ in range(20)]) + 0.1 * old.normal(size=20)
y = 3 * x
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
