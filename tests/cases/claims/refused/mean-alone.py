# ---
# title: No better than the mean
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It predicts the price
#     metric: np.sqrt(((X @ w + b - y) ** 2).mean())
#     goal: "< 12"
#     seeds: 5
#     freeze: [w, b]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(300, 4))
y = 100 + 10 * rng.normal(size=300)
w, b = rng.normal(size=4), 0.0
for step in range(300):
    error = X @ w + b - y
    w -= 0.05 * X.T @ error / 300
    b -= 0.05 * error.mean()
