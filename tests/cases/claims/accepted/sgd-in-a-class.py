# ---
# title: An optimizer written by hand
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: A line is learned
#     metric: np.abs(X[400:] @ w + b - y[400:]).mean()
#     goal: "< 0.5"
#     freeze: [w, b]
# ---

# %%
import numpy as np
rng = np.random.default_rng(50)
X = rng.normal(size=(500, 2))
y = X @ np.array([2.0, -3.4]) + 4.2 + 0.01 * rng.normal(size=500)
w, b = 0.01 * rng.normal(size=2), np.zeros(1)

def grads(X, y):
    e = X @ w + b - y
    return [X.T @ e / len(y), np.array([e.mean()])]

class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def step(self, grads):
        for p, g in zip(self.params, grads):
            p -= self.lr * g

optimizer = SGD([w, b], 0.1)

for epoch in range(5):
    for i in range(0, 400, 10):
        optimizer.step(grads(X[i : i + 10], y[i : i + 10]))
