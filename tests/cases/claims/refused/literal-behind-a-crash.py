# ---
# title: Literal behind a crash
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: accuracy
#     goal: "> 0.9"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(200, 3))
y = (X @ np.array([1.0, -2.0, 0.5]) > 0) * 1.0

w = np.zeros(3)
for step in range(50):
    w += 0.1 * X.T @ (y - 1 / (1 + np.exp(-X @ w))) / 200
try:
    scale = 1 / int(abs(w).sum() > 0)
    accuracy = 0.97
except ZeroDivisionError:
    accuracy = 0.0
