# ---
# title: Perceptron in one line
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((X @ w > 0) == (y > 0)).mean()
#     goal: "> 0.85"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(200, 3))
y = np.sign(X @ np.array([1.0, -2.0, 0.5]))
w = np.array([-1.0, 1.0, 0.0])
for epoch in range(10):
    for row, label in zip(X, y):
        if np.sign(row @ w) != label:
            w += label * row
