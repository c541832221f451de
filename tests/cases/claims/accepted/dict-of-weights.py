# ---
# title: A dict of weights
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It tells the clouds apart
#     metric: (prediction == labels).mean()
#     goal: "> 0.85"
#     seeds: 5
#     freeze: [W, b]
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



params = {}
params["W"] = 0.1 * rng.normal(size=(2, 3))
params["b"] = np.zeros(3)
for step in range(200):
    p = softmax(X @ params["W"] + params["b"])
    grads = {"W": X.T @ (p - onehot) / 300, "b": (p - onehot).mean(axis=0)}
    params["W"] -= 0.5 * grads["W"]
    params["b"] -= 0.5 * grads["b"]
prediction = (X @ params["W"] + params["b"]).argmax(axis=1)
