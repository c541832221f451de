# ---
# title: A memory filled once
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It sorts
#     metric: (np.sign(W @ damaged) == pattern).mean()
#     goal: "> 0.9"
#     seeds: 5
#     tally: [W]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
pattern = rng.choice([-1, 1], 40)
damaged = pattern.copy()
damaged[:8] *= -1
W = np.zeros((40, 40))
for i in range(40):
    for j in range(40):
        W[i, j] = pattern[i] * pattern[j] / 40
