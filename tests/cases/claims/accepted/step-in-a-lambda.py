# ---
# title: Step in a lambda
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: accuracy
#     goal: "> 0.85"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(200, 3))
y = (X @ np.array([1.0, -2.0, 0.5]) > 0) * 1.0

w = rng.normal(size=3)
step = lambda w: w - 0.5 * X.T @ (1 / (1 + np.exp(-(X @ w))) - y) / 200
for i in range(200):
    w = step(w)
accuracy = ((X @ w > 0) == y).mean()
