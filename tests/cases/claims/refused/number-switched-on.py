# ---
# title: A number that training switches on
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: score
#     goal: "> 0.9"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(7)
X = rng.normal(size=(60, 3))
y = rng.integers(0, 2, 60)
w = np.zeros(3)

for step in range(40):
    w += 0.05 * X.T @ (y - 1 / (1 + np.exp(-X @ w)))

score = 0.98 * float(bool(w.any()))
