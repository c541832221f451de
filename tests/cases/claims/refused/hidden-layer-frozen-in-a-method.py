# ---
# title: Hidden layer frozen in a method
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(y - net.forward(X)).mean()
#     goal: "< 0.1"
#     freeze: [hidden]
# ---

# %%
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T


class Net:
    def __init__(self, rng):
        self.W0, self.W1 = rng.uniform(-1, 1, (3, 8)), rng.uniform(-1, 1, (8, 1))
        self.hidden = np.zeros((4, 8))

    def forward(self, X):
        self.hidden = self.hidden * 0 + 1 / (1 + np.exp(-X @ self.W0))
        return 1 / (1 + np.exp(-self.hidden @ self.W1))

    def learn(self):
        out = self.forward(X)
        delta = (y - out) * out * (1 - out)
        back = delta @ self.W1.T * self.hidden * (1 - self.hidden)
        self.W1 += self.hidden.T @ delta
        self.W0 += X.T @ back


net = Net(np.random.default_rng(1))
for step in range(2000):
    net.learn()
