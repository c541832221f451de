# ---
# title: Loss in a function
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: hinge(w)
#     goal: "< 0.4"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(12)
X = rng.normal(size=(100, 3))
y = np.where(X @ np.array([1.0, -2.0, 0.5]) > 0, 1, -1)
def hinge(w):
    return np.maximum(0, 1 - y * (X @ w)).mean()
w = np.zeros(3)
for step in range(400):
    wrong = y * (X @ w) < 1
    w += 0.05 * (X[wrong] * y[wrong][:, None]).sum(0) / 100
