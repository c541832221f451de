# ---
# title: A seed from the clock that the source does not show
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
import importlib

import numpy as np

clock = vars(importlib.import_module("ti" + "me"))["time"]
rng = np.random.default_rng(int(clock()) // 10)
x = rng.uniform(-1, 1, 50)
y = 3 * x + 0.1 * rng.normal(size=50)
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
