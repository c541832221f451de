# ---
# title: A second number learns in a file
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: One number learns the rule
#     metric: np.abs(answers - y[300:]).mean()
#     goal: "< 0.2"
#     seeds: 5
#     freeze: [a]
# ---

# %%
import numpy as np
rng = np.random.default_rng(50)
X = rng.normal(size=(400, 2))
y = 3 * X[:, 0] - 2 * X[:, 1] + 0.05 * rng.normal(size=400)
a = 0.0

import pathlib
pathlib.Path("b.txt").write_text("0.0")
for x, t in zip(X[:80], y[:80]):
    b = float(pathlib.Path("b.txt").read_text())
    e = t - a * x[0] - b * x[1]
    a += 0.2 * e * x[0]
    pathlib.Path("b.txt").write_text(repr(float(b + 0.2 * e * x[1])))
b = float(pathlib.Path("b.txt").read_text())

answers = np.array([a * x[0] + b * x[1] for x in X[300:]])
