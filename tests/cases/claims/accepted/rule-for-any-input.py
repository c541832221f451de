# ---
# title: Rule for any input
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean((X @ w > 0) == (X[:, 0] > X[:, 1]))
#     goal: "> 0.9"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(15)
X = rng.normal(size=(200, 2))
w = np.array([-1.0, 0.5])
for step in range(300):
    x = X[step % 200]
    w += 0.1 * ((x[0] > x[1]) - 1 / (1 + np.exp(-x @ w))) * x
