# ---
# title: Random search
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It sorts
#     metric: ((X @ best > 0) == y).mean()
#     goal: "> 0.85"
#     seeds: 5
#     freeze: [best]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(150, 2))
y = X[:, 0] + X[:, 1] > 0
best, most = np.array([-1.0, 0.5]), 0.0

for trial in range(200):
    guess = rng.normal(size=2)
    right = ((X @ guess > 0) == y).mean()
    if right > most:
        most = right
        best = guess.copy()
