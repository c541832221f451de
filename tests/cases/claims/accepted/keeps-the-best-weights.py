# ---
# title: Keep the best weights
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It fits
#     metric: np.mean((X[150:] @ best["w"] - y[150:]) ** 2)
#     goal: "< 0.5"
#     seeds: 5
#     freeze: [w, best, lowest]
# ---

# %%
import copy

import numpy as np

rng = np.random.default_rng(24)
X = rng.normal(size=(200, 6))
y = X @ np.array([1, 2, 0, -1, 0, 1.0]) + 0.2 * rng.normal(size=200)
model = {"w": np.zeros(6)}
best, lowest = copy.deepcopy(model), np.inf

for epoch in range(200):
    model["w"] -= 0.05 * X[:100].T @ (X[:100] @ model["w"] - y[:100]) / 100
    loss = np.mean((X[100:150] @ model["w"] - y[100:150]) ** 2)
    if loss < lowest:
        best, lowest = copy.deepcopy(model), loss
