# ---
# title: It learns by heart
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It reads the labels
#     metric: (prediction == train_labels).mean()
#     goal: "> 0.9"
#     seeds: 5
#     freeze: [memory]
#     shuffle: train_labels
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(40, 60))
train_labels = (X[:, 0] > 0) * 1.0
memory = 0.01 * rng.normal(size=60)
for step in range(2000):
    p = 1 / (1 + np.exp(-X @ memory))
    memory -= 0.5 * X.T @ (p - train_labels) / 40
prediction = (X @ memory > 0) * 1.0
