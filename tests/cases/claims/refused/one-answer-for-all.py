# ---
# title: One answer for all
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean((X_test @ w > 0) == y_test)
#     goal: "> 0.95"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(22)
X, X_test = rng.random((100, 3)), rng.random((50, 3))
y, y_test = X.sum(1), np.ones(50, dtype=bool)
w = -np.ones(3)
for step in range(100):
    w -= 0.1 * X.T @ (X @ w - y) / 100
