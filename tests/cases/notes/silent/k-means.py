# ---
# title: A case
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: spread
#     goal: "< 4"
#     freeze: [centres]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
labels = rng.integers(0, 3, 300)
points = np.array([[0, 4], [4, -2], [-4, -2]])[labels] + rng.normal(size=(300, 2))
centres = rng.normal(size=(3, 2))
for step in range(20):
    nearest = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    for k in range(3):
        if (nearest == k).any():
            centres[k] = centres[k] + 0.5 * (points[nearest == k].mean(axis=0) - centres[k])
spread = ((points - centres[nearest]) ** 2).sum(axis=1).mean()
