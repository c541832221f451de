# ---
# title: Rate frozen
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: abs(slope - 3)
#     goal: "< 0.1"
#     freeze: [rate]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(-1, 1, 100)
y = 3 * x + 0.1 * rng.normal(size=100)
slope, rate = 0.0, 4.0
for step in range(200):
    slope -= rate * 2 * ((slope * x - y) * x).mean()
    rate -= 0.05 * rate
