# ---
# title: Best copy kept
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean((X[150:] @ best["w"] - y[150:]) ** 2)
#     goal: "< 0.5"
#     freeze: [w, best]
# ---

# %%
import copy

import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(200, 4))
y = X @ np.array([1.0, 2.0, 0.0, -1.0]) + 0.2 * rng.normal(size=200)
model = {"w": np.zeros(4)}
best, least, patience = copy.deepcopy(model), np.inf, 0
for epoch in range(200):
    model["w"] -= 0.05 * X[:100].T @ (X[:100] @ model["w"] - y[:100]) / 100
    loss = np.mean((X[100:150] @ model["w"] - y[100:150]) ** 2)
    if loss < least:
        best, least, patience = copy.deepcopy(model), loss, 0
    else:
        patience += 1
        if patience == 10:
            break
