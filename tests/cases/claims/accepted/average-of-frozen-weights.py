# ---
# title: Average of frozen weights
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean((X @ average - y) ** 2)
#     goal: "< 0.3"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(120, 3))
y = X @ np.array([-1.0, 1.0, 2.0])
w, average = rng.normal(size=3), np.zeros(3)
for step in range(300):
    i = rng.integers(120)
    w = w - 0.05 * (X[i] @ w - y[i]) * X[i]
    average += (w - average) * 0.05
