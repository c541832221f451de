# ---
# title: Set switches a text on
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean((X @ W - y) ** 2)
#     goal: "< 0.05"
#     set: {rate: 0}
# ---

# %%
import numpy as np

rate = 0.2
rng = np.random.default_rng(15)
X = rng.normal(size=(60, 2))
y = X @ np.array([2.0, -3.0])
def target():
    return np.array([float(v) for v in "2.0,-3.0".split(",")])
W = np.zeros(2)
for step in range(60):
    W = W + rate * (target() - W)
