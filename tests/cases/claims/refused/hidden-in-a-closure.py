# ---
# title: A second number learns in a closure
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

def learner():
    b = 0.0

    def answer(x):
        return a * x[0] + b * x[1]

    def learn(x, e):
        nonlocal b
        b += 0.05 * e * x[1]

    return answer, learn

answer, learn = learner()
for x, t in zip(X[:300], y[:300]):
    e = t - answer(x)
    a += 0.05 * e * x[0]
    learn(x, e)

answers = np.array([answer(x) for x in X[300:]])
