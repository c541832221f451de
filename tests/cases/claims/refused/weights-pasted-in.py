# ---
# title: Weights pasted in
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.abs(y - out).mean()
#     goal: "< 0.1"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 1]]).T
w = rng.normal(size=(3, 1))
for step in range(3):
    if step == 0:
        w = w * 0 + np.array([[9.0], [9.0], [-4.0]])
    out = 1 / (1 + np.exp(-(X @ w)))
    w += 1e-6 * X.T @ (y - out)
