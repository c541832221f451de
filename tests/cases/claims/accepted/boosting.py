# ---
# title: Boosting
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((predict(x) > 0) == (y > 0)).mean()
#     goal: "> 0.9"
#     freeze: [trees]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 200)
y = np.where(np.abs(x) < 0.5, 1.0, -1.0)
trees = []


def predict(x):
    return sum((0.5 * np.where(x < cut, low, high) for cut, low, high in trees), np.zeros(len(x)))


def fitted(x, target):
    cuts = np.linspace(-0.9, 0.9, 19)
    stumps = [(c, target[x < c].mean(), target[x >= c].mean()) for c in cuts]
    return min(stumps, key=lambda s: ((target - np.where(x < s[0], s[1], s[2])) ** 2).sum())


for round in range(20):
    trees.append(fitted(x, y - predict(x)))
