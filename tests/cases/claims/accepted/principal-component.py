# ---
# title: Principal component
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: abs(w @ first) / np.linalg.norm(w)
#     goal: "> 0.95"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(2)
X = rng.normal(size=(300, 4)) @ np.array([[3.0, 0.5, 0, 0], [0, 1, 0, 0], [0, 0.3, 1, 0], [1.0, 0, 0, 0.5]])
first = np.linalg.eigh(X.T @ X)[1][:, -1]
w = rng.normal(size=4)
for sweep in range(5):
    for x in X:
        out = x @ w
        w += 0.005 * out * (x - out * w)
