# ---
# title: A truth value that hides how close it is
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It sorts
#     metric: int(good)
#     goal: "== 1"
#     seeds: 5
#     freeze: [w]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = np.hstack([rng.normal(size=(300, 2)), np.ones((300, 1))])
labels = (rng.random(300) < 0.08).astype(float)
w = rng.normal(size=3)
for step in range(300):
    p = 1 / (1 + np.exp(-X @ w))
    w -= X.T @ (p - labels) / 300
accuracy = ((X @ w > 0) == labels).mean()
good = accuracy > 0.85
