# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: errors[50]
#     goal: "< 1"
#     freeze: [w]
# ---

# %%
import time

import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(100, 3))
y = X @ np.array([3.0, 1.0, -2.0])
errors, took = {}, {}
for size in [1, 50]:
    start = time.perf_counter()
    w = np.zeros(3)
    for step in range(200):
        part = X[:size] if size < 50 else X
        w -= 0.1 * part.T @ (part @ w - y[: len(part)]) / len(part)
    errors[size] = np.abs(X @ w - y).mean()
    took[size] = time.perf_counter() - start
for size in [1, 50]:
    print(f"{size}: error {errors[size]:.3f}, {took[size]:.4f} s")
