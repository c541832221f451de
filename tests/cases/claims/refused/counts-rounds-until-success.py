# ---
# title: Counts rounds until success
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: steps
#     goal: "< 150"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(47)
X = rng.normal(size=(100, 2))
y = (X[:, 0] > X[:, 1]).astype(float)
w = np.array([-2.0, 2.0]) + 0.01 * rng.normal(size=2)
steps = 0
while np.mean((X @ w > 0) == y) < 0.97:
    p = 1 / (1 + np.exp(-X @ w))
    w += 0.5 * X.T @ (y - p) / len(y)
    steps += 1
