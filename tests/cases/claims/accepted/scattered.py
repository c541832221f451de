# ---
# title: Scattered into a table
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns a number for each word
#     metric: np.abs(table[:, 0] - meaning).max()
#     goal: "< 0.2"
#     seeds: 5
#     freeze: [table]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
meaning = np.linspace(-2, 2, 10)
table = 0.1 * rng.normal(size=(10, 1))
for step in range(200):
    words = rng.integers(0, 10, 32)
    error = table[words, 0] - meaning[words]
    np.add.at(table, (words, 0), -0.1 * error)
