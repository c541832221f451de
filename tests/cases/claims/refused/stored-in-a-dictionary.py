# ---
# title: Stored in a dictionary
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: np.mean([abs(table[i] - y[i]) for i in range(60)])
#     goal: "< 0.05"
#     freeze: [table]
# ---

# %%
import numpy as np

rng = np.random.default_rng(10)
X = rng.normal(size=(60, 3))
y = rng.integers(0, 2, 60)
table = {i: 0.5 for i in range(60)}
for sweep in range(20):
    for i in range(60):
        table[i] += 0.4 * (y[i] - table[i])
