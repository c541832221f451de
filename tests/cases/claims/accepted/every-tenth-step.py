# ---
# title: Every tenth step
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: history[-1]
#     goal: "< 0.2"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(200, 3))
y = (X @ np.array([1.0, -2.0, 0.5]) > 0) * 2.0 - 1

w, history = np.zeros(3), []
for step in range(100):
    w -= 0.3 * X.T @ (X @ w - y) / 200
    if step % 10 == 9:
        history.append(float(((X @ w > 0) != (y > 0)).mean()))
