# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.sqrt(((predicted - price) ** 2).mean())
#     goal: "< 1"
#     freeze: [w]
# ---

# %%
import time

import numpy as np

start = time.perf_counter()
rng = np.random.default_rng(1)
X = rng.normal(size=(100, 3))
price = 100 + X @ np.array([3.0, 1.0, -2.0])
mean, spread = price.mean(), price.std()
target = (price - mean) / spread
w = np.zeros(3)
for step in range(200):
    w -= 0.1 * X.T @ (X @ w - target) / 100
predicted = X @ w * spread + mean
print(f"took {time.perf_counter() - start:.1f} s")
