# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: (model.predict(X) == y).mean()
#     goal: "> 0.9"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(100, 2))
X = (X - X.mean(axis=0)) / X.std(axis=0)
y = (X @ [2.0, -1.0] > 0).astype(int)


class Adaline:
    def fit(self, X, y):
        self.w = np.zeros(2)
        for epoch in range(50):
            errors = y - 0.5 - self.outputs(X)
            self.w[:] += 0.1 * X.T.dot(errors) / len(X)
        return self

    def outputs(self, X):
        return np.dot(X, self.w[:])

    def predict(self, X):
        return (self.outputs(X) > 0).astype(int)


model = Adaline().fit(X, y)
