# ---
# title: Plain arrays
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(y - l2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [syn0, syn1]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T


def sigmoid(x):
    return 1 / (1 + np.exp(-x))



syn0, syn1 = rng.uniform(-1, 1, (3, 4)), rng.uniform(-1, 1, (4, 1))
for step in range(1200):
    l1 = sigmoid(X @ syn0)
    l2 = sigmoid(l1 @ syn1)
    delta = (y - l2) * l2 * (1 - l2)
    syn0 += 5 * X.T @ (delta @ syn1.T * l1 * (1 - l1))
    syn1 += 5 * l1.T @ delta
