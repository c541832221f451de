# ---
# title: A seed from the clock
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
import time

import numpy as np

now = int(time.time())
rng = np.random.default_rng(now)
x = rng.uniform(-1, 1, 50)
y = 3 * x + 0.1 * rng.normal(size=50)
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
