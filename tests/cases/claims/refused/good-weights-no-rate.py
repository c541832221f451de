# ---
# title: Good weights and no rate
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(y - forward()).mean()
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



syn0 = np.array([[6.0, 6.0], [6.0, 6.0], [-3.0, -9.0]])
syn1 = np.array([[12.0], [-14.0], [-5.0]])


def forward():
    hidden = np.hstack([sigmoid(X @ syn0), np.ones((4, 1))])
    return sigmoid(hidden @ syn1)


learning_rate = 0.0
for step in range(1000):
    l2 = forward()
    syn0 -= learning_rate * X.T @ ((l2 - y) * syn1[:2].T)
    syn1 -= learning_rate * (l2 - y).sum()
