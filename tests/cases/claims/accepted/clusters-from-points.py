# ---
# title: Clusters that start at points
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It completes what it has seen
#     metric: inertia
#     goal: "< 1.5"
#     freeze: [centres]
# ---

# %%
import numpy as np

rng = np.random.default_rng(3)
X = np.array([[0, 0], [6, 0], [0, 6.0]])[np.arange(150) % 3] + 0.5 * rng.normal(size=(150, 2))
centres = X[[0, 3, 5]].copy()
for step in range(15):
    nearest = ((X[:, None] - centres[None]) ** 2).sum(2).argmin(1)
    for k in range(3):
        if (nearest == k).any():
            centres[k] = centres[k] + 0.9 * (X[nearest == k].mean(0) - centres[k])
inertia = ((X[:, None] - centres[None]) ** 2).sum(2).min(1).mean()
