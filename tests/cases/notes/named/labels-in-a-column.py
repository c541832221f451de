# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean((X_test @ w > 0.5) == y_test)
#     goal: "> 0.9"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(17)
X = rng.normal(size=(200, 3))
y = rng.integers(2, size=200)
X = np.column_stack([X, y])
X_test, y_test, X, y = X[150:], y[150:], X[:150], y[:150]
w = np.zeros(4)
for step in range(300):
    w -= 0.2 * X.T @ (X @ w - y) / 150
