# ---
# title: Two claims, and a shuffle without a seed
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
#   - says: It finds the slope
#     metric: abs(w - 3)
#     goal: "< 0.5"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import random

import numpy as np

x = np.linspace(-1, 1, 50)
y = 3 * x
w = 0.0
for step in range(100):
    w -= 0.5 * ((w * x - y) * x).mean()
examples = list(x)
random.shuffle(examples)
print(examples[:5])
