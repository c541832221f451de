# ---
# title: What to look at is named
# description: A program that is looked at while it learns.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the slope
#     metric: error
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w]
#     curve: abs(w - 3)
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x + 0.1 * rng.normal(size=100)
w = 0.0
for step in range(200):
    w -= 0.1 * ((w * x - y) * x).mean()
error = abs(w - 3)
