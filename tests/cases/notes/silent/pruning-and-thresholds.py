# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: (prediction == y).mean()
#     goal: "> 0.9"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(200, 3))
y = (X[:, 0] > 0).astype(int)
w = 0.1 * rng.normal(size=3)
for step in range(300):
    p = 1 / (1 + np.exp(-X @ w))
    w -= X.T @ (p - y) / 200
pruned = w * (np.abs(w) > 0.05)
classes = np.unique(y)
prediction = classes[(X @ pruned > 0).astype(int)]
best = w if np.abs(w).max() > 1 else -w
