# ---
# title: A second number learns in a class
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: One number learns the rule
#     metric: np.abs(answers - y[300:]).mean()
#     goal: "< 0.2"
#     freeze: [a]
# ---

# %%
import numpy as np
rng = np.random.default_rng(50)
X = rng.normal(size=(400, 2))
y = 3 * X[:, 0] - 2 * X[:, 1] + 0.05 * rng.normal(size=400)
a = 0.0

class Rest:
    b = 0.0

    @classmethod
    def learn(cls, x, e):
        cls.b = cls.b + 0.05 * e * x[1]

for x, t in zip(X[:300], y[:300]):
    e = t - a * x[0] - Rest.b * x[1]
    a += 0.05 * e * x[0]
    Rest.learn(x, e)

answers = np.array([a * x[0] + Rest.b * x[1] for x in X[300:]])
