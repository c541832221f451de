# ---
# title: The same for many rates
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: The right rate learns
#     metric: errors[0.3]
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



errors = {}
for rate in [0.001, 0.3]:
    for width in [1, 2]:
        w = np.zeros(width + 1)
        inputs = np.stack([x**i for i in range(width + 1)], axis=1)
        for step in range(200):
            error = inputs @ w - y
            w -= rate * inputs.T @ error / 100
    errors[rate] = (error**2).mean()
