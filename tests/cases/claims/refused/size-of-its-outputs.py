# ---
# title: Size of its outputs
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(X @ W).mean()
#     goal: "> 3"
#     freeze: [W]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(80, 5))
y = rng.integers(0, 2, 80) * 2 - 1
W = 0.01 * rng.normal(size=5)
for step in range(200):
    W += 0.05 * X.T @ np.sign(X @ W) / 80
