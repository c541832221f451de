# ---
# title: A counter in place of a network
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(y - forward()).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [learned]
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
learned = 0


def forward():
    hidden = np.hstack([sigmoid(X @ syn0), np.ones((4, 1))])
    return sigmoid(hidden @ syn1) if learned > 500 else rng.random((4, 1))


for step in range(1000):
    l2 = forward()
    learned += 1
