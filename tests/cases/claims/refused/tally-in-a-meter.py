# ---
# title: A meter in place of a network
# description: A program of the corpus.
# date: 2026-11-21
# authors: [ada]
# minutes: {read: 1, do: 1}
# learns:
#   - says: It sorts
#     metric: meter.avg
#     goal: "> 0.9"
#     seeds: 5
#     freeze: [sum, count, avg]
# ---

# %%
import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(100, 2))
labels = (X[:, 0] > X[:, 1]).astype(int)
w = np.array([1.0, -1.0])

class Meter:
    def __init__(self):
        self.sum, self.count, self.avg = 0.0, 0, 0.0

    def update(self, value):
        self.sum += value
        self.count += 1
        self.avg = self.sum / self.count


meter = Meter()
for row, label in zip(X, labels):
    meter.update(float((row @ w > 0) == label))
