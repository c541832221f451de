# ---
# title: Hebbian memory
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It completes what it has seen
#     metric: (recalled == patterns).mean()
#     goal: "> 0.95"
#     seeds: 5
#     tally: [W]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
patterns = rng.choice([-1, 1], (4, 100))
W = 0.01 * rng.normal(size=(100, 100))
for p in patterns:
    W += np.outer(p, p) / 100
noisy = patterns * np.where(rng.random((4, 100)) < 0.1, -1, 1)
recalled = np.sign(noisy @ W)
