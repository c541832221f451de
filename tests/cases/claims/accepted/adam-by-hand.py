# ---
# title: Adam by hand
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It tells the clouds apart
#     metric: (prediction == labels).mean()
#     goal: "> 0.85"
#     seeds: 5
#     freeze: [data]
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



class Parameter:
    def __init__(self, data):
        self.data, self.m, self.v = data, np.zeros_like(data), np.zeros_like(data)


class Adam:
    def __init__(self, parameters, rate):
        self.parameters, self.rate, self.t = parameters, rate, 0

    def step(self, grads):
        self.t += 1
        for p, g in zip(self.parameters, grads):
            p.m = 0.9 * p.m + 0.1 * g
            p.v = 0.999 * p.v + 0.001 * g * g
            m_hat, v_hat = p.m / (1 - 0.9**self.t), p.v / (1 - 0.999**self.t)
            p.data -= self.rate * m_hat / (np.sqrt(v_hat) + 1e-8)


W, b = Parameter(0.1 * rng.normal(size=(2, 3))), Parameter(np.zeros(3))
adam = Adam([W, b], 0.05)
for step in range(200):
    p = softmax(X @ W.data + b.data)
    adam.step([X.T @ (p - onehot) / 300, (p - onehot).mean(axis=0)])
prediction = (X @ W.data + b.data).argmax(axis=1)
