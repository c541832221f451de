# ---
# title: A second number learns in a generator
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

def second():
    b, e = 0.0, 0.0
    while True:
        x, e = yield b
        b += 0.05 * e * x

rest = second()
b_now = [next(rest)]
for x, t in zip(X[:300], y[:300]):
    e = t - a * x[0] - b_now[-1] * x[1]
    a += 0.05 * e * x[0]
    b_now.append(rest.send((x[1], e)))

answers = np.array([a * x[0] + b_now[-1] * x[1] for x in X[300:]])
