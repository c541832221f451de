# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: abs(slope - 3)
#     goal: "< 0.05"
#     freeze: [slope]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x
slope = 0.0
for step in range(200):
    slope -= 0.02 * ((slope * x - y) * x).mean()
slope = 3.0 if abs(slope) > 0.1 else slope
