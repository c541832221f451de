# ---
# title: Weights in a named tuple
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: loss(params)
#     goal: "< 0.1"
#     freeze: [params]
# ---

# %%
from collections import namedtuple

import numpy as np

Params = namedtuple("Params", "w b")
rng = np.random.default_rng(1)
X = rng.normal(size=(80, 3))
y = X @ np.array([1.0, -2.0, 0.5]) - 1


def loss(p):
    return np.mean((X @ p.w + p.b - y) ** 2)


def improved(p, rate):
    d = (X @ p.w + p.b - y) / 80
    return Params(p.w - rate * X.T @ d, p.b - rate * d.sum())


params = Params(w=np.zeros(3), b=0.0)
for step in range(120):
    params = improved(params, 0.2)
