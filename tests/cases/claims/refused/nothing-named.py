# ---
# title: No update is named
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((param[0] * x + param[1] - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



param, learning_rate, total = np.zeros(2), 0.3, 0.0
for step in range(1500):
    error = param[0] * x + param[1] - y
    dparam = np.array([(error * x).mean(), error.mean()])
    param += -learning_rate * dparam
    total += (error**2).mean()
