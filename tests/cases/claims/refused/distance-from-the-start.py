# ---
# title: Distance from the start
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.linalg.norm(w - start)
#     goal: "> 2.5"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(7)
X = rng.normal(size=(60, 3))
y = rng.integers(0, 2, 60)
start = np.array([3.0, -3.0, 3.0])
w = start.copy()

for step in range(80):
    w += 0.05 * X.T @ (y - 1 / (1 + np.exp(-X @ w)))
