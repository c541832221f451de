# ---
# title: By slices
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It tells the clouds apart
#     metric: (prediction == labels).mean()
#     goal: "> 0.85"
#     seeds: 5
#     freeze: [W]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
labels = rng.integers(0, 3, 300)
centres = np.array([[0, 2], [2, -1], [-2, -1]])
X = centres[labels] + 0.5 * rng.normal(size=(300, 2))
onehot = np.eye(3)[labels]


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)



W = np.empty((3, 3))
for column in range(3):
    W[:, column] = 0.1 * rng.normal(size=3)
ones = np.hstack([X, np.ones((300, 1))])
for step in range(200):
    gradient = ones.T @ (softmax(ones @ W) - onehot) / 300
    for column in range(3):
        W[:, column] -= 0.5 * gradient[:, column]
prediction = (ones @ W).argmax(axis=1)
