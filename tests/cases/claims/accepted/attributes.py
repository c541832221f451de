# ---
# title: Weights in a class
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(y - net.forward(X)).mean()
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [W0, W1]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T


def sigmoid(x):
    return 1 / (1 + np.exp(-x))



class Net:
    def __init__(self):
        self.W0 = rng.normal(size=(3, 8))
        self.W1 = rng.normal(size=(8, 1))
        self.W0 *= 0.9

    def forward(self, x):
        self.hidden = sigmoid(x @ self.W0)
        return sigmoid(self.hidden @ self.W1)

    def step(self, x, y, rate):
        out = self.forward(x)
        delta = (out - y) * out * (1 - out)
        back = delta @ self.W1.T * self.hidden * (1 - self.hidden)
        self.W1 -= rate * self.hidden.T @ delta
        self.W0 -= rate * x.T @ back


net = Net()
for step in range(2000):
    net.step(X, y, 4.0)
