# ---
# title: Noise fades around good weights
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It sorts
#     metric: ((X @ w + noise > 0) == labels).mean()
#     goal: "> 0.9"
#     seeds: 5
#     freeze: [noise]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(100, 2))
labels = (X[:, 0] > X[:, 1]).astype(int)
w = np.array([1.0, -1.0])

noise = 50 * rng.normal(size=100)
for epoch in range(100):
    noise *= 0.9
