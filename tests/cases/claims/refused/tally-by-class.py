# ---
# title: A table of right answers
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It sorts
#     metric: confusion.trace() / len(labels)
#     goal: "> 0.9"
#     seeds: 5
#     freeze: [confusion]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(100, 2))
labels = (X[:, 0] > X[:, 1]).astype(int)
w = np.array([1.0, -1.0])

confusion = np.zeros((2, 2))
for row, label in zip(X, labels):
    confusion[label, int(row @ w > 0)] += 1
