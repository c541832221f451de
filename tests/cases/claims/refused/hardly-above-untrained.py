# ---
# title: Hardly above the untrained network
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: ((w * x + b - y) ** 2).mean()
#     goal: "< 2.8"
#     seeds: 5
#     freeze: [w, b]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x + 0.1 * rng.normal(size=100)



w, b = 0.0, 0.0
for step in range(300):
    error = w * x + b - y
    w -= 0.3 * (error * x).mean()
    b -= 0.3 * error.mean()
