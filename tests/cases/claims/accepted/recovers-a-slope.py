# ---
# title: Recovers a slope
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: abs(slope - 3)
#     goal: "< 0.2"
#     freeze: [slope]
# ---

# %%
import numpy as np

rng = np.random.default_rng(4)
x = rng.normal(size=100)
y = 3 * x + 0.1 * rng.normal(size=100)
slope = -1.0
for step in range(100):
    slope -= 0.1 * np.mean((slope * x - y) * x)
