# ---
# title: recursive least squares
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: error
#     goal: "< 0.1"
#     freeze: [w, P]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(100, 3))
y = X @ np.array([1.0, -2, 3]) + 0.05 * rng.normal(size=100)
w, P = rng.normal(size=3), np.eye(3) * 100
for x, t in zip(X, y):
    gain = P @ x / (1 + x @ P @ x)
    w = w + gain * (t - x @ w)
    P = P - np.outer(gain, x @ P)
test = rng.normal(size=(50, 3))
error = np.abs(test @ w - test @ np.array([1.0, -2, 3])).mean()
