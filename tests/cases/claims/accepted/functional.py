# ---
# title: Functional updates
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



def gradient(params):
    W, b = params
    p = softmax(X @ W + b)
    return X.T @ (p - onehot) / 300, (p - onehot).mean(axis=0)


def update(params, grads, rate):
    return tuple(p - rate * g for p, g in zip(params, grads))


params = (0.1 * rng.normal(size=(2, 3)), np.zeros(3))
for step in range(200):
    params = update(params, gradient(params), 0.5)
prediction = (X @ params[0] + params[1]).argmax(axis=1)
