# ---
# title: A claim about time
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It is quick
#     metric: seconds + 0 * abs(w)
#     goal: "< 5"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



import time

start, w = time.perf_counter(), 0.0
for step in range(300):
    w -= 0.3 * ((w * x - 1 - y) * x).mean()
seconds = time.perf_counter() - start
