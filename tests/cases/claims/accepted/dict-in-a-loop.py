# ---
# title: Every entry of a dict
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It tells the clouds apart
#     metric: (prediction == labels).mean()
#     goal: "> 0.85"
#     seeds: 5
#     freeze: [params]
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
for name, shape in [("W0", (2, 3)), ("b0", (3,))]:
    params[name] = 0.1 * rng.normal(size=shape)
for step in range(200):
    p = softmax(X @ params["W0"] + params["b0"])
    grads = {"W0": X.T @ (p - onehot) / 300, "b0": (p - onehot).mean(axis=0)}
    for name in params:
        params[name] = params[name] - 0.5 * grads[name]
prediction = (X @ params["W0"] + params["b0"]).argmax(axis=1)
