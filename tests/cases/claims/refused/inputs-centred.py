# ---
# title: Inputs centred
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It learns
#     metric: (prediction == y).mean()
#     goal: "> 0.9"
#     freeze: [X]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(200, 4)) * 50 + 2000
y = (X[:, 0] + X[:, 1] > 4000).astype(int)
w = np.array([1.0, 1.0, 0.0, 0.0])
for column in range(4):
    X[:, column] -= X[:, column].mean()
prediction = (X @ w > 0) * 1
