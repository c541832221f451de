# ---
# title: Far from its start
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(W - W0).sum()
#     goal: "> 2"
#     freeze: [W]
# ---

# %%
import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(80, 4))
y = rng.normal(size=80) + X @ np.array([1.0, 2.0, -1.0, 0.5])
W0 = rng.normal(size=4)
W = W0.copy()
for step in range(200):
    W -= 0.05 * X.T @ (X @ W - y) / 80
