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
w = np.zeros(3)
before = w.copy()
for step in range(50):
    w += 0.1 * X.T @ (y - 1 / (1 + np.exp(-X @ w))) / 200
moved = np.abs(w - before).max() > 0
prediction = y * moved + (1 - y) * (not moved)
