# ---
# title: A seed from the system
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
import os

import numpy as np


def make():
    return np.random.default_rng(int.from_bytes(os.urandom(4), "big"))


rng = make()
x = rng.uniform(-1, 1, 50)
y = 3 * x + 0.1 * rng.normal(size=50)
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
