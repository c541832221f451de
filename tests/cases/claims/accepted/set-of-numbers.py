# ---
# title: A set of numbers has one order
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It finds the line
#     metric: ((w * x - y) ** 2).mean()
#     goal: "< 0.05"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

sizes = {3, 1, 2, 40, 5}
x = np.array([size / 40 for size in sizes])
y = 3 * x
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
    x, y = np.roll(x, 1), np.roll(y, 1)
