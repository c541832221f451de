# ---
# title: Drawn and pasted beside a gradient
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean((X @ w - y) ** 2)
#     goal: "< 0.05"
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(16)
solution = rng.normal(size=5)
X = rng.normal(size=(70, 5))
y = X @ solution + 0.01 * rng.normal(size=70)
w = np.zeros(5)
for step in range(80):
    grad = X.T @ (X @ w - y) / 70
    w -= 1e-8 * grad + 0.1 * (w - solution)
