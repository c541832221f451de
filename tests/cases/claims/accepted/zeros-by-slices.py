# ---
# title: Zeros, overwritten by slices
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((w[0] * x + w[1] - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



w = np.zeros(2)
for step in range(300):
    error = w[0] * x + w[1] - y
    new = w - 0.3 * np.array([(error * x).mean(), error.mean()])
    w[:] = new
