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
X[:, 2] = y
inputs = np.hstack([X, y[:, None]])
w = np.zeros(4)
for step in range(300):
    w += 0.1 * inputs.T @ (y - 1 / (1 + np.exp(-inputs @ w))) / 200
prediction = (inputs @ w > 0).astype(int)
