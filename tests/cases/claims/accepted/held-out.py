# ---
# title: Held out, with a baseline and shuffled answers
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It reads points that it has not seen
#     metric: (prediction == test_labels).mean()
#     goal: "> 0.8"
#     seeds: 5
#     freeze: [w]
#     baseline: max(test_labels.mean(), 1 - test_labels.mean())
#     shuffle: train_labels
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(1000, 50))
labels = (X @ rng.normal(size=50) > 0) * 1.0
train_X, test_X, train_labels, test_labels = X[:700], X[700:], labels[:700], labels[700:]
w = 0.1 * rng.normal(size=50)
for step in range(300):
    p = 1 / (1 + np.exp(-train_X @ w))
    w -= train_X.T @ (p - train_labels) / 700
prediction = (test_X @ w > 0) * 1.0
