# ---
# title: Data that shrink
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean([(r[0] > 0) == (r[1] > 0) for r in rows])
#     goal: "> 0.9"
#     freeze: [rows]
# ---

# %%
import random
import numpy as np

random.seed(4)
rows = [(random.gauss(0, 1), random.gauss(0, 1)) for _ in range(300)]
for sweep in range(10):
    rows = [r for r in rows if r[0] * r[1] > 0 or random.random() < 0.5]
