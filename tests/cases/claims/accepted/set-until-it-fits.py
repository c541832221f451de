# ---
# title: The rate set to zero, until it fits
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((w * x + b - y) ** 2).mean()
#     goal: "< 0.1"
#     seeds: 5
#     set: {learning_rate: 0}
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x - 1 + 0.1 * rng.normal(size=100)



learning_rate, w, b = 0.3, 0.0, 0.0
while ((w * x + b - y) ** 2).mean() > 0.02:
    error = w * x + b - y
    w -= learning_rate * (error * x).mean()
    b -= learning_rate * error.mean()
