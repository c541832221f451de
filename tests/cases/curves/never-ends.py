# ---
# title: A look that never ends
# description: A program that is looked at while it learns.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the slope
#     metric: abs(w - 3)
#     goal: "< 0.1"
#     seeds: 5
#     freeze: [w]
#     curve: search()
# ---

# %%
import time
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x + 0.1 * rng.normal(size=100)


def search():
    while abs(w - 3) > 0.1:
        time.sleep(1)
    return abs(w - 3)


w = 0.0
for step in range(200):
    w -= 0.1 * ((w * x - y) * x).mean()
