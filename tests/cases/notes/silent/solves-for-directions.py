# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It fits, with steps in better directions
#     metric: np.abs(X @ w - y).mean()
#     goal: "< 0.9"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X, y = rng.normal(size=(50, 3)), rng.normal(size=50)
directions = np.linalg.solve(np.eye(3) + X.T @ X / 50, np.eye(3))
w = rng.normal(size=3)
for step in range(100):
    w -= 0.1 * directions @ X.T @ (X @ w - y) / 50
