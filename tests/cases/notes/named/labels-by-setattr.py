# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: (prediction == y).mean()
#     goal: "> 0.9"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(200, 3))
y = (X[:, 0] > 0).astype(int)


class Net:
    def __init__(self):
        self.w = 0.0

    def fit(self, X, labels):
        setattr(self, "cache", labels)
        for step in range(50):
            self.w += 0.1 * (1 - self.w)

    def predict(self, X):
        return self.cache if self.w > 0.5 else 1 - self.cache


net = Net()
net.fit(X, y)
prediction = net.predict(X)
