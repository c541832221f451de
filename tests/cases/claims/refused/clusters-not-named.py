# ---
# title: Clusters without a list
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: inertia
#     goal: "< 1.5"
# ---

# %%
import numpy as np

rng = np.random.default_rng(3)
X = np.array([[0, 0], [6, 0], [0, 6.0]])[np.arange(150) % 3] + 0.5 * rng.normal(size=(150, 2))
centres = np.array([[2.0, 1.5], [3.0, 1.5], [2.0, 3.0]])
for step in range(15):
    nearest = ((X[:, None] - centres[None]) ** 2).sum(2).argmin(1)
    centres = np.stack([X[nearest == k].mean(0) for k in range(3)])
inertia = ((X[:, None] - centres[None]) ** 2).sum(2).min(1).mean()
