# ---
# title: A tally in place of a network
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It gets them right
#     metric: right / 40
#     goal: "> 0.9"
#     seeds: 5
#     freeze: [right]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T


def sigmoid(x):
    return 1 / (1 + np.exp(-x))



W = np.array([[1.0], [1.0], [-0.5]])
right = 0.0
for epoch in range(10):
    for inputs, answer in zip(X, X[:, :1] | X[:, 1:2]):
        right += float((inputs @ W > 0)[0] == answer[0])
