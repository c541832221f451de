# ---
# title: A list of weights
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(y - layers[-1]).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [weights]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T


def sigmoid(x):
    return 1 / (1 + np.exp(-x))



sizes = [3, 6, 1]
weights = []
for a, b in zip(sizes, sizes[1:]):
    weights.append(rng.normal(size=(a, b)))
for step in range(1200):
    layers = [X]
    for w in weights:
        layers.append(sigmoid(layers[-1] @ w))
    delta = (layers[-1] - y) * layers[-1] * (1 - layers[-1])
    for i in reversed(range(len(weights))):
        gradient = layers[i].T @ delta
        delta = delta @ weights[i].T * layers[i] * (1 - layers[i])
        weights[i] = weights[i] - 4 * gradient
