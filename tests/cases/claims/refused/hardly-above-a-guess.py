# ---
# title: Hardly above a guess
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It separates the two classes
#     metric: (np.sign(X @ w) == y).mean()
#     goal: "> 0.72"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
i = np.arange(300)
X = np.stack([np.sin(i), np.cos(2.3 * i), np.ones(300)], axis=1)
y = np.where(X[:, 0] + 0.8 * np.sin(7.1 * i**1.5) > -0.5, 1, -1)
w = np.zeros(3)
for step in range(300):
    batch = rng.permutation(300)[:250]
    w += 0.3 * X[batch].T @ (y[batch] / (1 + np.exp(y[batch] * (X[batch] @ w)))) / 250
